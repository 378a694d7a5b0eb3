package io.replsqlite.session;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.config.Place;
import io.replsqlite.embed.EmbeddedNode;
import io.replsqlite.forward.PrimaryLocator;
import io.replsqlite.status.StatusPageReader;
import io.replsqlite.status.StatusSnapshot;
import io.replsqlite.tls.TlsFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What a node leaves beside its database for the drivers on its host: the status page and the bearer token. */
final class NodeDirectory implements PrimaryLocator {
    private static final long PAUSE_NANOS = 5_000_000;

    private final Place.OnReplica place;
    private final String databaseName;
    private final TlsFiles tls;
    private final StatusPageReader page;
    private final TokenFile token;
    private final @Nullable EmbeddedNode embedded;

    private NodeDirectory(
            DriverConfig config, Place.OnReplica place, StatusPageReader page, @Nullable EmbeddedNode embedded) {
        this.place = place;
        this.databaseName = config.databaseName();
        this.tls = config.tls();
        this.page = page;
        this.token = new TokenFile(place.tokenFile());
        this.embedded = embedded;
    }

    /**
     * Waits until the node has made its replica usable.
     *
     * @param embedded the node, if it runs in this process
     */
    static NodeDirectory open(
            DriverConfig config, Place.OnReplica place, @Nullable EmbeddedNode embedded, MonotonicClock clock)
            throws SQLException {
        Deadline deadline = Deadline.after(config.connectTimeout(), clock);
        while (true) {
            String problem;
            try {
                StatusPageReader page = StatusPageReader.open(place.statusFile());
                if (page.isReadable() && Files.exists(place.databaseFile())) {
                    return new NodeDirectory(config, place, page, embedded);
                }
                problem = "the node's health is " + page.snapshot().health();
            } catch (NoSuchFileException absent) {
                problem = noNode(place);
            } catch (IOException e) {
                problem = "its status page cannot be read: " + e;
            }
            if (deadline.hasPassed() || Thread.currentThread().isInterrupted()) {
                throw new SQLTransientConnectionException(
                        "the replica " + place.databaseFile() + " is not usable: " + problem, "58R01");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static String noNode(Place.OnReplica place) {
        return "no node has served it yet, " + place.statusFile() + " does not exist. Start one by"
                + " `replsqlite serve --dir "
                + place.databaseFile().toAbsolutePath().getParent()
                + "`, or add node=embedded to the URL";
    }

    Path databaseFile() {
        return place.databaseFile();
    }

    @Nullable
    EmbeddedNode embedded() {
        return embedded;
    }

    /** To be closed after the last connection to the file. */
    Closeable hold() throws SQLException {
        EmbeddedNode node = embedded;
        try {
            return node == null ? () -> {} : node.hold(databaseName);
        } catch (IOException e) {
            throw new SQLTransientConnectionException("the replica is not usable: " + e.getMessage(), "58R01", e);
        }
    }

    StatusPageReader page() {
        return page;
    }

    @Override
    public String primaryUrl() throws IOException {
        EmbeddedNode node = embedded;
        if (node != null && node.isClosed()) {
            return node.url(); // names nobody, and is asked all the same: it says so
        }
        StatusSnapshot known = page.snapshot();
        // A node between two primaries holds callers until it knows the next one: sooner than by asking its page again.
        return known.primaryUrl().isEmpty() ? known.ownUrl() : known.primaryUrl();
    }

    /** Looked at anew each time, so that a replaced token takes effect. */
    @Override
    public String bearerToken() throws IOException {
        return token.token();
    }

    /** The driver's own settings, and for what they leave open what the node has left beside the database. */
    @Override
    public TlsFiles tlsFiles() throws IOException {
        return tls.orElse(TlsFiles.read(place.tlsFile()));
    }
}
