package io.replsqlite.spring;

import io.replsqlite.ReplicaDriver;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;

/** What Boot's pools ask for. SQLite has neither user nor password. */
record ReplicaConnectionDetails(String url) implements JdbcConnectionDetails {
    @Override
    public @Nullable String getUsername() {
        return null;
    }

    @Override
    public @Nullable String getPassword() {
        return null;
    }

    @Override
    public String getJdbcUrl() {
        return url;
    }

    @Override
    public String getDriverClassName() {
        return ReplicaDriver.class.getName();
    }
}
