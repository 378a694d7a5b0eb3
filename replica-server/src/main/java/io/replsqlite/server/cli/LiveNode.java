package io.replsqlite.server.cli;

import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.admin.NodeStatus;
import io.replsqlite.server.backup.drill.LiveDatabase;
import io.replsqlite.server.backup.restore.DatabaseCheck;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/** A database that a node of this host serves, as another process sees it. */
final class LiveNode implements LiveDatabase {
    private final NodeClient client;
    private final String database;

    private LiveNode(NodeClient client, String database) {
        this.client = client;
        this.database = database;
    }

    static LiveNode of(Path directory, String database) throws CommandFailure {
        return new LiveNode(NodeAddress.byPlace(directory, null, TlsFiles.NONE), database);
    }

    @Override
    public Standing standing() throws IOException {
        NodeStatus status = client.status();
        DatabaseStatus own = own(status);
        return new Standing(status.node(), own.epoch(), own.head());
    }

    private DatabaseStatus own(NodeStatus status) throws IOException {
        return status.database(database)
                .orElseThrow(() -> new IOException("node " + status.node() + " has no database " + database));
    }

    /** Commits between the two looks at the txid would show. */
    @Override
    public Optional<Map<String, Long>> rowCountsAt(long txid) throws IOException {
        DatabaseStatus before = own(client.status());
        if (before.applied() != txid) {
            return Optional.empty();
        }
        String url = "jdbc:sqlite:file:" + Path.of(before.file()).toUri().getRawPath() + "?mode=ro";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("begin");
            Map<String, Long> counts = DatabaseCheck.rowCounts(connection);
            return own(client.status()).applied() == txid ? Optional.of(counts) : Optional.empty();
        } catch (SQLException failure) {
            throw new IOException("the live database cannot be read: " + failure.getMessage(), failure);
        }
    }
}
