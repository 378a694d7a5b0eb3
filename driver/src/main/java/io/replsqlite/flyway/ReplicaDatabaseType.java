package io.replsqlite.flyway;

import io.replsqlite.ReplicaDriver;
import java.sql.Connection;
import org.flywaydb.core.internal.database.sqlite.SQLiteDatabaseType;

/**
 * SQLite, reached by another URL. Flyway 12 and 13 give no other way to teach them a prefix than this class of theirs.
 *
 * <p>Connections are left to Flyway's own type, which knows them by their product name.
 */
public final class ReplicaDatabaseType extends SQLiteDatabaseType {
    @Override
    public String getName() {
        return "replsqlite";
    }

    @Override
    public boolean handlesJDBCUrl(String url) {
        return ReplicaDriver.accepts(url);
    }

    @Override
    public String getDriverClass(String url, ClassLoader classLoader) {
        return ReplicaDriver.class.getName();
    }

    @Override
    public boolean handlesDatabaseProductNameAndVersion(
            String productName, String productVersion, Connection connection) {
        return false;
    }
}
