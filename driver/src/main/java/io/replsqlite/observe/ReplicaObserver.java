package io.replsqlite.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.ReplicaDriver;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.ReplicaStatus;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.config.ConfigParser;
import io.replsqlite.config.Place;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one database through a connection of its own, which it opens at the first look and again after a failure.
 *
 * <p>Safe for any thread. A look at the status page takes microseconds; {@link #writes} asks the primary and takes up to
 * the time that it is given. Looks wait for one another.
 */
public final class ReplicaObserver implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ReplicaObserver.class.getName());

    /** A node shows life ten times a second. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    /** Opening takes up to connectTimeout; a registry that reads all its gauges then waits for one opening, not for each. */
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final String url;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable Connection connection;

    @GuardedBy("lock")
    private @Nullable SQLException unusable;

    /** Until then nobody tries again to open what is unusable. */
    @GuardedBy("lock")
    private Deadline pause = Deadline.after(Duration.ZERO, MonotonicClock.SYSTEM);

    @GuardedBy("lock")
    private boolean closed;

    /**
     * What one look found.
     *
     * @param ready whether it can go on
     * @param details names and values for people, without secrets
     */
    public record Reading(boolean ready, Map<String, Object> details) {
        public Reading {
            details = Map.copyOf(details);
        }
    }

    /** @param url {@code jdbc:replsqlite:...}, as the application's own */
    public ReplicaObserver(String url) {
        this.url = url;
    }

    /** The database's name. @throws IllegalArgumentException if the URL is malformed */
    public String database() {
        return ReplicaDriver.databaseName(url);
    }

    /**
     * Who held the lease, as the node beside this file has seen it: the newest tenures, oldest first. None without a local
     * file, or if it cannot be read.
     */
    public List<Map<String, Object>> leaseHistory(int most) {
        try {
            return ConfigParser.parse(url, new Properties()).place() instanceof Place.OnReplica replica
                    ? LeaseHistoryFile.newest(replica.leaseHistoryFile(), most)
                    : List.of();
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "the history of the lease cannot be read", unreadable);
            return List.of();
        }
    }

    private interface Look<T> {
        T at(ReplicaConnection connection) throws SQLException;
    }

    /** The database as it stands here. @throws SQLException if it cannot be opened, or the node says nothing */
    public ReplicaStatus status() throws SQLException {
        return look(ReplicaConnection::status);
    }

    /** Whether reads can be answered here. A node that is silent still has a file that can be read, ever older. */
    public Reading reads() {
        try {
            ReplicaStatus status = status();
            Map<String, Object> details = describe(status);
            boolean remote = status.role() == ReplicaStatus.Role.REMOTE;
            return new Reading(remote ? writes(LONGEST_SILENCE).ready() : status.readable(), details);
        } catch (SQLException unusable) {
            return failed(unusable);
        }
    }

    /** Whether a write could begin: a primary answers. */
    public Reading writes(Duration within) {
        try {
            return look(open -> {
                Map<String, Object> details = describe(open.status());
                boolean reachable = open.isPrimaryReachable(within);
                details.put("primaryReachable", reachable);
                return new Reading(reachable, details);
            });
        } catch (SQLException unusable) {
            return failed(unusable);
        }
    }

    private static Reading failed(SQLException why) {
        return new Reading(false, Map.of("error", String.valueOf(why.getMessage())));
    }

    private static Map<String, Object> describe(ReplicaStatus status) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("role", status.role().name().toLowerCase(Locale.ROOT));
        details.put("replica", status.health());
        details.put("epoch", status.epoch().value());
        details.put("txid", status.applied().value());
        details.put("lagTxids", status.lagTxids());
        Duration age = status.age();
        if (age != null) {
            details.put("ageMillis", age.toMillis());
        }
        Duration silence = status.silence();
        if (silence != null && silence.compareTo(LONGEST_SILENCE) > 0) {
            details.put("nodeSilentMillis", silence.toMillis());
        }
        if (!status.node().isEmpty()) {
            details.put("node", status.node());
        }
        if (!status.primaryUrl().isEmpty()) {
            details.put("primary", status.primaryUrl());
        }
        return details;
    }

    private <T> T look(Look<T> look) throws SQLException {
        lock.lock();
        try {
            return look.at(open());
        } catch (SQLException failure) {
            closeConnection();
            throw failure;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private ReplicaConnection open() throws SQLException {
        if (closed) {
            throw new SQLException("the observer of " + url + " is closed");
        }
        Connection open = connection;
        if (open == null) {
            SQLException failure = unusable;
            if (failure != null && !pause.hasPassed()) {
                throw new SQLException(failure.getMessage(), failure.getSQLState(), failure);
            }
            open = connect();
            connection = open;
        }
        return open.unwrap(ReplicaConnection.class);
    }

    @GuardedBy("lock")
    private Connection connect() throws SQLException {
        try {
            Connection opened = DriverManager.getConnection(url);
            unusable = null;
            return opened;
        } catch (SQLException failure) {
            unusable = failure;
            pause = Deadline.after(PAUSE_AFTER_FAILURE, MonotonicClock.SYSTEM);
            throw failure;
        }
    }

    @GuardedBy("lock")
    private void closeConnection() throws SQLException {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws SQLException {
        lock.lock();
        try {
            closed = true;
            closeConnection();
        } finally {
            lock.unlock();
        }
    }
}
