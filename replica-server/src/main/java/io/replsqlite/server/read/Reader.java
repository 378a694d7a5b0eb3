package io.replsqlite.server.read;

import io.replsqlite.server.commit.SessionSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A connection that cannot write. For one thread at a time. */
final class Reader implements AutoCloseable {
    private final Connection connection;
    private final SessionSettings settings;

    Reader(Connection connection) throws SQLException {
        this.connection = connection;
        this.settings = new SessionSettings(connection);
        sql("pragma query_only=1");
    }

    Connection connection() {
        return connection;
    }

    /** Begins a transaction; its snapshot is taken by its first statement. */
    void begin(Map<String, String> wanted) throws SQLException {
        settings.apply(wanted);
        sql("begin");
    }

    void end() throws SQLException {
        sql("rollback");
    }

    private void sql(String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
