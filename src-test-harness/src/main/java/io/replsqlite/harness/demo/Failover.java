package io.replsqlite.harness.demo;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.harness.cluster.LocalCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Kills the primary as {@code kill -9} does while others write, and keeps the books: what was acknowledged, how long writes
 * waited, who leads then. The rows stay in the table {@code failover_demo}.
 */
public final class Failover {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ROWS_BEFORE = 300;
    private static final int ROWS_AFTER = 300;
    private static final String OUTCOME_UNKNOWN = "08007";

    private final LocalCluster cluster;
    private final String database;
    private final MonotonicClock clock;
    private final Set<Long> acknowledged = new ConcurrentSkipListSet<>();
    private final Set<Long> unknown = new ConcurrentSkipListSet<>();
    private final AtomicLong nextRow = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final PositionGate count = new PositionGate(Txid.ZERO);
    private final List<SQLException> failures = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * What it came to.
     *
     * @param unknown writes of which nobody could say whether they happened
     * @param missing acknowledged rows that the new primary does not have
     */
    public record Outcome(
            int killed,
            int successor,
            long epoch,
            Duration untilItLed,
            Duration longestWait,
            int acknowledged,
            int unknown,
            Set<Long> missing) {}

    public Failover(LocalCluster cluster, String database, MonotonicClock clock) {
        this.cluster = cluster;
        this.database = database;
        this.clock = clock;
    }

    /** Returns when another node leads and has taken more writes. The killed one stays down. */
    public Outcome run() throws IOException, SQLException, InterruptedException {
        int primary = cluster.primary().orElseThrow(() -> new IOException("no node leads"));
        execute(primary, "CREATE TABLE failover_demo (id INTEGER PRIMARY KEY)");
        List<Thread> writers = new ArrayList<>();
        for (int number = 1; number <= cluster.size(); number++) {
            if (number != primary) {
                String url = cluster.jdbcUrl(number, database);
                writers.add(NamedThreads.single("demo-writer-" + number, () -> write(url)));
            }
        }
        writers.forEach(Thread::start);
        try {
            return killAmidWrites(primary);
        } finally {
            stopping = true;
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private Outcome killAmidWrites(int primary) throws IOException, SQLException, InterruptedException {
        awaitRows(ROWS_BEFORE);
        long killedAt = clock.nanoTime();
        cluster.node(primary).kill();
        int successor = cluster.awaitPrimaryOtherThan(primary, PATIENCE);
        Duration untilItLed = Duration.ofNanos(clock.nanoTime() - killedAt);
        awaitRows(acknowledged.size() + ROWS_AFTER);
        Set<Long> sure = new TreeSet<>(acknowledged);
        Set<Long> missing = new TreeSet<>(sure);
        missing.removeAll(rows(successor));
        return new Outcome(
                primary,
                successor,
                cluster.client(successor).status().epoch(),
                untilItLed,
                Duration.ofNanos(longestNanos.get()),
                sure.size(),
                unknown.size(),
                missing);
    }

    private void awaitRows(int wanted) throws SQLException, InterruptedException {
        if (!count.await(wanted, Deadline.after(PATIENCE, clock))) {
            SQLException problem = new SQLException("no " + wanted + " rows were acknowledged within " + PATIENCE);
            synchronized (failures) {
                failures.forEach(problem::addSuppressed);
            }
            throw problem;
        }
    }

    private void write(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO failover_demo VALUES (?)")) {
            while (!stopping) {
                writeOne(insert);
            }
        } catch (SQLException failure) {
            synchronized (failures) {
                failures.add(failure);
            }
        }
    }

    private void writeOne(PreparedStatement insert) throws SQLException {
        long row = nextRow.incrementAndGet();
        long began = clock.nanoTime();
        insert.setLong(1, row);
        try {
            int ignored = insert.executeUpdate();
        } catch (SQLException failure) {
            if (!OUTCOME_UNKNOWN.equals(failure.getSQLState())) {
                throw failure;
            }
            unknown.add(row);
            return;
        }
        longestNanos.accumulateAndGet(clock.nanoTime() - began, Math::max);
        acknowledged.add(row);
        count.advance(acknowledged.size());
    }

    private Set<Long> rows(int number) throws SQLException {
        Set<Long> found = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(number, database));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM failover_demo")) {
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
        }
        return found;
    }

    private void execute(int number, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(number, database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
