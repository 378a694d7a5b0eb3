package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * One forwarded insert after the other, against what it cannot be without: one request to the same node that does
 * nothing, and one commit of plain sqlite-jdbc with {@code synchronous=FULL}. In alternating runs.
 */
final class ForwardScenario {
    private static final String INSERT = "insert into t(name, value) values (?, ?)";
    private static final int WRITES = 6_000;
    private static final Duration START = Duration.ofSeconds(30);

    private final Path directory;

    ForwardScenario(Path directory) {
        this.directory = directory;
    }

    Figure run() throws IOException, SQLException, InterruptedException {
        Samples ours = new Samples();
        Samples commits = new Samples();
        Samples trips = new Samples();
        try (NodeProcess primary = BenchNodes.in(directory).startPrimary()) {
            String node = primary.awaitReady(START).path("url").asText();
            try (Connection connection = DriverManager.getConnection("jdbc:replsqlite:" + primary.databaseFile("app"));
                    Connection plain = CommitScenario.plainConnection(directory.resolve("plain.db"))) {
                int ignored = CommitScenario.execute(connection, CommitScenario.TABLE);
                try (PreparedStatement forwarded = connection.prepareStatement(INSERT);
                        PreparedStatement local = plain.prepareStatement(INSERT)) {
                    for (int i = 0; i < CommitScenario.WARM_UP_WRITES + WRITES; i++) {
                        long start = System.nanoTime();
                        ignored = CommitScenario.insert(forwarded, i);
                        long written = System.nanoTime();
                        ignored = CommitScenario.insert(local, i);
                        long committed = System.nanoTime();
                        roundTrip(node);
                        long returned = System.nanoTime();
                        if (i >= CommitScenario.WARM_UP_WRITES) {
                            ours.add(written - start);
                            commits.add(committed - written);
                            trips.add(returned - committed);
                        }
                    }
                }
            }
        }
        double floorMicros = commits.micros(0.5) + trips.micros(0.5);
        return new Figure(
                "one forwarded autocommit insert",
                ours.measurement(),
                Measurement.of(
                        "plain commit p50 %.0f us + empty request p50 %.0f us"
                                .formatted(commits.micros(0.5), trips.micros(0.5)),
                        "p50Micros",
                        floorMicros),
                ours.micros(0.5) / floorMicros,
                1.3,
                false,
                "x");
    }

    /** A path that the node does not have: it costs the node one look into its routes. */
    private static void roundTrip(String node) throws IOException {
        HttpURLConnection call =
                (HttpURLConnection) URI.create(node + "/nothing").toURL().openConnection();
        int status = call.getResponseCode();
        try (InputStream body = call.getErrorStream()) {
            if (status < 400 || body == null || body.readAllBytes().length == 0) {
                throw new IOException("expected a refusal, got " + status);
            }
        }
    }
}
