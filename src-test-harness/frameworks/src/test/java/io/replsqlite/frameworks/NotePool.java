package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.spring.KeptWithoutPrimary;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A Hikari pool of one connection, as docs/frameworks.md says to make it, and a table to write to through it. */
final class NotePool implements AutoCloseable {
    private final HikariDataSource pool;

    NotePool(String url, Duration maxLifetime) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(1);
        config.setConnectionTestQuery("select 1");
        config.setExceptionOverrideClassName(KeptWithoutPrimary.class.getName());
        config.setMaxLifetime(maxLifetime.toMillis());
        pool = new HikariDataSource(config);
        execute("create table note(text)");
    }

    HikariDataSource source() {
        return pool;
    }

    void add(String text) throws SQLException {
        execute("insert into note values('" + text + "')");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    long count() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from note")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    /** The driver's connection that the pool lends now. */
    Object physical() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.unwrap(ReplicaConnection.class);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
