package io.replsqlite.harness.bench;

import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.status.StatusPageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Two nodes in processes of their own; this process writes at a steady rate through the driver and watches, on the
 * follower's status page, how long after the acknowledgement each commit can be read there.
 */
final class LagScenario {
    private static final int WRITES_PER_SECOND = 500;
    private static final int WARM_UP_WRITES = 2_000;
    private static final int WRITES = 10_000;
    private static final long LOOK_NANOS = 20_000;
    private static final Duration START = Duration.ofSeconds(30);

    private final Path directory;

    LagScenario(Path directory) {
        this.directory = directory;
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        BenchNodes nodes = BenchNodes.in(directory);
        try (NodeProcess primary = nodes.startPrimary();
                NodeProcess follower = nodes.startFollower()) {
            var ignored = primary.awaitReady(START);
            ignored = follower.awaitReady(START);
            Samples lag = measure(primary, follower);
            String at = "at " + WRITES_PER_SECOND + " writes/s";
            return List.of(
                    new Figure(
                            "visible on the follower after the acknowledgement, p50, " + at,
                            lag.measurement(),
                            Measurement.NONE,
                            lag.micros(0.5) / 1000,
                            2,
                            false,
                            " ms"),
                    new Figure(
                            "visible on the follower after the acknowledgement, p99, " + at,
                            lag.measurement(),
                            Measurement.NONE,
                            lag.micros(0.99) / 1000,
                            10,
                            false,
                            " ms"));
        }
    }

    private static Samples measure(NodeProcess primary, NodeProcess follower)
            throws IOException, SQLException, InterruptedException {
        Samples lag = new Samples();
        try (Connection connection = DriverManager.getConnection("jdbc:replsqlite:" + primary.databaseFile("app"))) {
            int ignored = CommitScenario.execute(
                    connection, "create table t(id integer primary key, name text, value integer)");
            StatusPageReader page = awaitPage(follower);
            try (PreparedStatement insert = connection.prepareStatement("insert into t(name, value) values (?, ?)")) {
                long next = System.nanoTime();
                for (int i = 0; i < WARM_UP_WRITES + WRITES; i++) {
                    next += TimeUnit.SECONDS.toNanos(1) / WRITES_PER_SECOND;
                    waitUntil(next);
                    insert.setString(1, "name of row " + i);
                    insert.setInt(2, i);
                    ignored = insert.executeUpdate();
                    long acknowledged = System.nanoTime();
                    long txid = connection
                            .unwrap(ReplicaConnection.class)
                            .token()
                            .txid()
                            .value();
                    awaitApplied(page, txid);
                    if (i >= WARM_UP_WRITES) {
                        lag.add(System.nanoTime() - acknowledged);
                    }
                }
            }
        }
        return lag;
    }

    private static StatusPageReader awaitPage(NodeProcess follower) throws IOException, InterruptedException {
        Path file = follower.directory().resolve("app.db-replsqlite").resolve("status");
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end) {
            if (java.nio.file.Files.exists(file)) {
                StatusPageReader page = StatusPageReader.open(file);
                if (page.isReadable()) {
                    return page;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new IOException("the follower did not become readable\n" + follower.logTail());
    }

    private static void awaitApplied(StatusPageReader page, long txid) {
        while (page.appliedTxid() < txid) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void waitUntil(long nanoTime) {
        long left = nanoTime - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanoTime - System.nanoTime();
        }
    }
}
