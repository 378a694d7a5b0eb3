package io.replsqlite.server.node;

import io.replsqlite.base.NamedThreads;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that write one row after the other through the driver, and remember what was acknowledged. */
final class RowWriters implements AutoCloseable {
    final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    final Set<Long> unknown = ConcurrentHashMap.newKeySet();
    final Queue<SQLException> refused = new ConcurrentLinkedQueue<>();

    private final AtomicLong next = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** One thread for each of these database files; the table {@code t(x)} must exist. */
    RowWriters(List<Path> databaseFiles, String parameters) {
        for (Path file : databaseFiles) {
            Thread thread = NamedThreads.single("row-writer", () -> write("jdbc:replsqlite:" + file + parameters));
            threads.add(thread);
            thread.start();
        }
    }

    private void write(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement insert = connection.prepareStatement("insert into t values(?)")) {
            while (!stopping) {
                writeOne(insert, next.incrementAndGet());
            }
        } catch (SQLException failure) {
            refused.add(failure);
        }
    }

    private void writeOne(PreparedStatement insert, long row) throws SQLException {
        insert.setLong(1, row);
        try {
            int ignored = insert.executeUpdate();
            acknowledged.add(row);
        } catch (SQLException failure) {
            if ("08007".equals(failure.getSQLState())) {
                unknown.add(row);
            } else {
                refused.add(failure);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
