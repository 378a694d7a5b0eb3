package io.replsqlite.session;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.forward.PrimaryLocator;
import io.replsqlite.status.StatusPageReader;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.locks.LockSupport;

/** What a node leaves beside its database for the drivers on its host: the status page and the bearer token. */
final class NodeDirectory implements PrimaryLocator {
    private static final long PAUSE_NANOS = 5_000_000;

    private final DriverConfig config;
    private final StatusPageReader page;

    private NodeDirectory(DriverConfig config, StatusPageReader page) {
        this.config = config;
        this.page = page;
    }

    /** Waits until the node has made its replica usable. */
    static NodeDirectory open(DriverConfig config, MonotonicClock clock) throws SQLException {
        Deadline deadline = Deadline.after(config.connectTimeout(), clock);
        while (true) {
            String problem;
            try {
                StatusPageReader page = StatusPageReader.open(config.statusFile());
                if (page.isReadable() && Files.exists(config.databaseFile())) {
                    return new NodeDirectory(config, page);
                }
                problem = "the node's health is " + page.snapshot().health();
            } catch (IOException e) {
                problem = "its status page cannot be read: " + e;
            }
            if (deadline.hasPassed() || Thread.currentThread().isInterrupted()) {
                throw new SQLTransientConnectionException(
                        "the replica " + config.databaseFile() + " is not usable: " + problem, "58R01");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    StatusPageReader page() {
        return page;
    }

    @Override
    public String primaryUrl() throws IOException {
        return page.snapshot().primaryUrl();
    }

    /** Read anew each time, so that a replaced token takes effect. */
    @Override
    public String bearerToken() throws IOException {
        return Files.readString(config.tokenFile()).trim();
    }

    /** The driver's own settings, and for what they leave open what the node has left beside the database. */
    @Override
    public TlsFiles tlsFiles() throws IOException {
        return config.tls().orElse(TlsFiles.read(config.tlsFile()));
    }
}
