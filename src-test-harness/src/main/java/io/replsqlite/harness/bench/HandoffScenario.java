package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** Hands the lease round a cluster of three under load; a handoff costs what the longest write during it took. */
final class HandoffScenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WARM_UP = 5;

    /** Acknowledgements before a handoff is followed by the next. */
    private static final int ROWS_BETWEEN = 500;

    private final Path directory;
    private final int runs;

    HandoffScenario(Path directory, int runs) {
        this.directory = directory;
        this.runs = runs;
    }

    Figure run() throws IOException, SQLException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.start(directory, 3, LeaseKind.ZOOKEEPER)) {
            try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(1, LocalCluster.DATABASE));
                    Statement statement = connection.createStatement()) {
                int ignored = statement.executeUpdate(LedgerWriters.TABLE);
            }
            cluster.awaitLevel(PATIENCE);
            return handOffUnderLoad(cluster);
        }
    }

    private Figure handOffUnderLoad(LocalCluster cluster) throws IOException, SQLException, InterruptedException {
        Samples pauses = new Samples();
        LedgerWriters writers = new LedgerWriters(cluster, List.of(1, 2, 3));
        try (writers) {
            for (int handoff = 0; handoff < WARM_UP + runs; handoff++) {
                awaitRows(writers);
                long ignored = writers.takeLongestNanos();
                var target = cluster.client(1).handOff("");
                awaitRows(writers);
                if (handoff >= WARM_UP) {
                    pauses.add(writers.takeLongestNanos());
                }
                if (target.isMissingNode()) {
                    throw new IOException("the handoff named nobody");
                }
            }
        }
        cluster.awaitLevel(PATIENCE);
        int missing = writers.missingAt(cluster, 1).size();
        return new Figure(
                runs + " handoffs under load, the longest write during each, p99; " + writers.acknowledged()
                        + " rows acknowledged, " + missing + " of them missing, " + writers.failures()
                        + " writes failed",
                pauses.measurement(),
                Measurement.NONE,
                pauses.micros(0.99) / 1000,
                100,
                false,
                " ms");
    }

    private static void awaitRows(LedgerWriters writers) throws IOException, InterruptedException {
        int wanted = writers.acknowledged() + ROWS_BETWEEN;
        Await.until(wanted + " rows are acknowledged", PATIENCE, () -> writers.acknowledged() >= wanted);
    }
}
