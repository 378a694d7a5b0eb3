package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** All rows of a large table, read at the primary over HTTP page by page, against plain sqlite-jdbc on the same file. */
final class ScanScenario {
    private static final int ROWS = 1_000_000;
    private static final int ROUNDS = 3;
    private static final String SELECT = "select id, name, value from t";
    private static final Duration START = Duration.ofSeconds(30);

    private final Path directory;

    ScanScenario(Path directory) {
        this.directory = directory;
    }

    Figure run() throws IOException, SQLException, InterruptedException {
        try (NodeProcess primary = BenchNodes.in(directory).startPrimary()) {
            var ignored = primary.awaitReady(START);
            Path file = primary.databaseFile("app");
            try (Connection remote = DriverManager.getConnection("jdbc:replsqlite:" + file + "?consistency=primary");
                    Connection local = DriverManager.getConnection("jdbc:sqlite:" + file + "?open_mode=1")) {
                fill(remote);
                double warm = scan(remote) + scan(local);
                double ours = Double.MAX_VALUE;
                double plain = Double.MAX_VALUE;
                for (int round = 0; round < ROUNDS; round++) {
                    ours = Math.min(ours, scan(remote));
                    plain = Math.min(plain, scan(local));
                }
                return new Figure(
                        "rows per second of a scan of 1,000,000 rows from the primary over HTTP (best of " + ROUNDS
                                + ", warmed up for %.1f s)".formatted(warm),
                        rows(ours),
                        rows(plain),
                        plain / ours,
                        0.3,
                        true,
                        "x");
            }
        }
    }

    private static void fill(Connection connection) throws SQLException {
        int ignored = CommitScenario.execute(connection, CommitScenario.TABLE);
        ignored = CommitScenario.execute(
                connection,
                "insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < " + ROWS
                        + ") select i, 'name of row ' || i, i * 7 from n");
    }

    private static double scan(Connection connection) throws SQLException {
        long start = System.nanoTime();
        long sum = 0;
        int rows = 0;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SELECT)) {
            while (result.next()) {
                sum += result.getLong(1) + result.getString(2).length() + result.getInt(3);
                rows++;
            }
        }
        if (rows != ROWS || sum <= 0) {
            throw new IllegalStateException(rows + " rows came, sum " + sum);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static Measurement rows(double seconds) {
        return Measurement.of(
                "%,.0f rows/s (%.2f s)".formatted(ROWS / seconds, seconds), "rowsPerSecond", ROWS / seconds);
    }
}
