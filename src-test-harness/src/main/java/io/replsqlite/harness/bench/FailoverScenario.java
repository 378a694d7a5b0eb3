package io.replsqlite.harness.bench;

import io.replsqlite.base.Durability;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Kills the primary of a cluster of three as {@code kill -9} does, again and again under load: the time from the death to
 * the first write that is acknowledged afterwards, and whether a row that was acknowledged is missing in the end.
 */
final class FailoverScenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As long as the clusters of this class ask for, and a second. */
    private static final double GOAL_LOCAL_MILLIS = 5_000;

    private static final double GOAL_QUORUM_MILLIS = 2_000;
    private static final int ROWS_BEFORE = 200;

    private final Path directory;
    private final int runs;
    private final @Nullable Durability only;

    /** @param only null for local, then quorum */
    FailoverScenario(Path directory, int runs, @Nullable Durability only) {
        this.directory = directory;
        this.runs = runs;
        this.only = only;
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (Durability durability : List.of(Durability.LOCAL, Durability.QUORUM)) {
            if (only == null || only == durability) {
                figures.add(run(durability, durability == Durability.LOCAL ? GOAL_LOCAL_MILLIS : GOAL_QUORUM_MILLIS));
            }
        }
        return figures;
    }

    private Figure run(Durability durability, double goalMillis)
            throws IOException, SQLException, InterruptedException {
        Samples outages = new Samples();
        int missing = 0;
        int acknowledged = 0;
        try (LocalCluster cluster =
                LocalCluster.prepare(directory.resolve(durability.toString()), 3, LeaseKind.ZOOKEEPER, durability)) {
            cluster.startAll();
            try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(1, LocalCluster.DATABASE));
                    Statement statement = connection.createStatement()) {
                int ignored = statement.executeUpdate(LedgerWriters.TABLE);
            }
            for (int run = 0; run < runs; run++) {
                cluster.awaitLevel(PATIENCE);
                LedgerWriters writers = killOnce(cluster, outages);
                cluster.awaitLevel(PATIENCE);
                missing += writers.missingAt(cluster, 1).size();
                acknowledged += writers.acknowledged();
                empty(cluster);
            }
        }
        return new Figure(
                runs + " times kill -9 under durability " + durability + ", until a write is acknowledged again, p99; "
                        + distribution(outages) + "; " + acknowledged + " rows acknowledged, " + missing
                        + " of them missing",
                outages.measurement(),
                Measurement.NONE,
                outages.micros(0.99) / 1000,
                goalMillis,
                false,
                " ms");
    }

    private static String distribution(Samples outages) {
        return "min %.0f, p50 %.0f, p90 %.0f, max %.0f ms"
                .formatted(
                        outages.micros(0) / 1000,
                        outages.micros(0.5) / 1000,
                        outages.micros(0.9) / 1000,
                        outages.micros(1) / 1000);
    }

    /** The killed node runs again when this returns. */
    private static LedgerWriters killOnce(LocalCluster cluster, Samples outages)
            throws IOException, InterruptedException {
        int primary = cluster.primary().orElseThrow(() -> new IOException("no node leads"));
        List<Integer> others = IntStream.rangeClosed(1, cluster.size())
                .filter(number -> number != primary)
                .boxed()
                .toList();
        LedgerWriters writers = new LedgerWriters(cluster, others);
        try (writers) {
            Await.until("rows are acknowledged", PATIENCE, () -> writers.acknowledged() >= ROWS_BEFORE);
            cluster.node(primary).kill();
            long died = System.nanoTime();
            Await.until("a row is acknowledged again", PATIENCE, () -> writers.lastAcknowledgedNanos() > died);
            outages.add(writers.lastAcknowledgedNanos() - died);
        }
        cluster.restartNode(primary);
        return writers;
    }

    private static void empty(LocalCluster cluster) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(1, LocalCluster.DATABASE));
                Statement statement = connection.createStatement()) {
            int ignored = statement.executeUpdate("delete from ledger");
        }
    }
}
