package io.replsqlite.spring;

import io.replsqlite.ReplicaDriver;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** As {@link ReplicaConnectionDetails}, for Boot 4. */
record Boot4ConnectionDetails(String url) implements JdbcConnectionDetails {
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
