package io.replsqlite.harness.session;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.node.ReplicaNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A primary in this process, and the driver's connections to it. */
final class OneNode implements AutoCloseable {
    private final Path directory;
    private final ReplicaNode node;

    OneNode(Path directory, Map<String, String> more) throws IOException, InterruptedException {
        this.directory = directory;
        Map<String, String> settings = new HashMap<>(more);
        settings.put("dir", directory.toString());
        settings.put("listen", "127.0.0.1:0");
        node = ReplicaNode.start(NodeSettings.of(settings), MonotonicClock.SYSTEM);
        if (!node.awaitRole(Duration.ofSeconds(20))) {
            throw new IOException("the node has no role yet");
        }
    }

    Connection connect(String parameters) throws SQLException {
        return DriverManager.getConnection("jdbc:replsqlite:" + directory.resolve("app.db") + parameters);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int ignored = statement.executeUpdate(sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        node.close();
    }
}
