package io.replsqlite.server.apply;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The connection that runs checkpoints and does nothing else. It never waits for anybody. */
final class Checkpointer implements AutoCloseable {
    private final Connection connection;

    Checkpointer(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout=0");
        }
    }

    /** Copies as much as readers permit. */
    void passive() throws IOException {
        run("pragma wal_checkpoint(passive)");
    }

    /** Copies the rest and cuts the WAL to nothing, unless a reader or a writer is in the way. */
    void truncate() throws IOException {
        run("pragma wal_checkpoint(truncate)");
    }

    private void run(String pragma) throws IOException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(pragma)) {
            row.next();
        } catch (SQLException e) {
            if (!SqliteErrors.isBusy(e)) {
                throw new IOException("the checkpoint of the replica file failed", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("cannot close the connection that runs checkpoints", e);
        }
    }
}
