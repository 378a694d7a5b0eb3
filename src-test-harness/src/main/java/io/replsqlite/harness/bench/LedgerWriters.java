package io.replsqlite.harness.bench;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.cluster.LocalCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that write one row after the other while the primary changes, and their books: what was acknowledged and when,
 * and how long the longest write took since that was last asked. Writes that fail are tried again with a new row.
 */
final class LedgerWriters implements AutoCloseable {
    static final String TABLE = "create table ledger(id integer primary key)";

    private final List<Thread> threads = new ArrayList<>();
    private final Set<Long> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicLong nextRow = new AtomicLong();
    private final AtomicLong lastAcknowledgedNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean stopping;

    /** @param nodes a writer beside each */
    LedgerWriters(LocalCluster cluster, List<Integer> nodes) {
        for (int node : nodes) {
            String url = cluster.jdbcUrl(node, LocalCluster.DATABASE);
            Thread thread = NamedThreads.single("ledger-" + node, () -> write(url));
            threads.add(thread);
            thread.start();
        }
    }

    private void write(String url) {
        while (!stopping) {
            try (Connection connection = DriverManager.getConnection(url);
                    PreparedStatement insert = connection.prepareStatement("insert into ledger values(?)")) {
                while (!stopping) {
                    writeOne(insert);
                }
            } catch (SQLException failed) {
                failures.incrementAndGet(); // the row may or may not be there: it is in nobody's books
            }
        }
    }

    private void writeOne(PreparedStatement insert) throws SQLException {
        long row = nextRow.incrementAndGet();
        long began = System.nanoTime();
        insert.setLong(1, row);
        int ignored = insert.executeUpdate();
        long now = System.nanoTime();
        longestNanos.accumulateAndGet(now - began, Math::max);
        acknowledged.add(row);
        lastAcknowledgedNanos.accumulateAndGet(now, Math::max);
    }

    /** When the newest write was acknowledged. */
    long lastAcknowledgedNanos() {
        return lastAcknowledgedNanos.get();
    }

    /** The longest write that has ended since the last call. */
    long takeLongestNanos() {
        return longestNanos.getAndSet(0);
    }

    long failures() {
        return failures.get();
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** The acknowledged rows that this node does not have. */
    Set<Long> missingAt(LocalCluster cluster, int node) throws SQLException {
        Set<Long> missing = new TreeSet<>(acknowledged);
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + cluster.databaseFile(node, LocalCluster.DATABASE) + "?open_mode=1");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from ledger")) {
            while (rows.next()) {
                missing.remove(rows.getLong(1));
            }
        }
        return missing;
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
