package io.replsqlite;

import io.replsqlite.embed.EmbeddedNode;
import io.replsqlite.embed.EmbeddedNodes;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * The node of a data directory, started in this JVM before the first connection, and kept until {@link #close}. Needs
 * {@code io.replsqlite:replica-server} on the class path. Connections with {@code node=embedded} and the same settings
 * share the node; those of {@link #dataSource} have them.
 */
public final class EmbeddedReplica implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> settings;
    private final EmbeddedNode node;

    /** Stands for this start among those who need the node. */
    private final Object user;

    private EmbeddedReplica(Path directory, Map<String, String> settings, EmbeddedNode node, Object user) {
        this.directory = directory;
        this.settings = settings;
        this.node = node;
        this.user = user;
    }

    /**
     * Starts the node, or joins those who use it already.
     *
     * @param settings as {@code replsqlite serve --help} lists them, without {@code dir}
     * @param atMost how long to wait for the node to get a role; it goes on waiting for it
     * @throws IllegalArgumentException if a setting is not valid, or the node runs with others
     * @throws SQLException why it cannot start; nothing runs then
     */
    public static EmbeddedReplica start(Path directory, Map<String, String> settings, Duration atMost)
            throws SQLException {
        Object user = new Object();
        try {
            EmbeddedNode node = EmbeddedNodes.use(directory, settings, user, atMost);
            return new EmbeddedReplica(directory, Map.copyOf(settings), node, user);
        } catch (IOException failure) {
            throw new SQLException(
                    "the embedded node of " + directory + " cannot start: " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while the embedded node starts", interrupted);
        }
    }

    public String name() {
        return node.name();
    }

    public boolean isPrimary() {
        return node.isPrimary();
    }

    /** Connections to one of its databases, which a primary creates if it is not there. */
    public ReplicaDataSource dataSource(String database) {
        ReplicaDataSource source = new ReplicaDataSource();
        source.setUrl("jdbc:replsqlite:" + directory.resolve(database + ".db"));
        source.setNode("embedded");
        settings.forEach((name, value) -> source.setProperty("node." + name, value));
        return source;
    }

    /** Closes the node unless somebody else in this JVM uses it. */
    @Override
    public void close() throws SQLException {
        release(user);
    }

    static void release(Object user) throws SQLException {
        try {
            EmbeddedNodes.release(user);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while the embedded node stops", interrupted);
        } catch (IOException failure) {
            throw new SQLException("the embedded node did not stop in good order: " + failure.getMessage(), failure);
        }
    }
}
