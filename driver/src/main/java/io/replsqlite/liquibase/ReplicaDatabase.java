package io.replsqlite.liquibase;

import io.replsqlite.ReplicaDriver;
import liquibase.database.DatabaseConnection;
import liquibase.database.core.SQLiteDatabase;
import org.jspecify.annotations.Nullable;

/** SQLite, reached by another URL. Once there is a connection, Liquibase's own class serves it. */
public final class ReplicaDatabase extends SQLiteDatabase {
    /** Liquibase keeps one class per name: with that of its own class, this one would take its place. */
    @Override
    public String getShortName() {
        return "replsqlite";
    }

    @Override
    public @Nullable String getDefaultDriver(String url) {
        return ReplicaDriver.accepts(url) ? ReplicaDriver.class.getName() : null;
    }

    @Override
    public boolean isCorrectDatabaseImplementation(DatabaseConnection connection) {
        return false;
    }
}
