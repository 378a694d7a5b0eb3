package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Three nodes in processes of their own; this process inserts single rows through the driver, in turns with durability
 * local and with durability quorum.
 */
final class QuorumScenario {
    private static final List<String> VOTERS = List.of("--voters", "node1,node2,node3");
    private static final Duration START = Duration.ofSeconds(30);
    private static final int ROUNDS = 24;
    private static final int WRITES_PER_ROUND = 250;

    private final Path directory;

    QuorumScenario(Path directory) {
        this.directory = directory;
    }

    Figure run() throws IOException, SQLException, InterruptedException {
        BenchNodes nodes = BenchNodes.of(3, directory);
        try (NodeProcess primary = nodes.start(1, VOTERS);
                NodeProcess second = nodes.start(2, VOTERS);
                NodeProcess third = nodes.start(3, VOTERS)) {
            for (NodeProcess node : List.of(primary, second, third)) {
                var ignored = node.awaitReady(START);
            }
            return measure("jdbc:replsqlite:" + primary.databaseFile("app"));
        }
    }

    private static Figure measure(String url) throws SQLException {
        Samples local = new Samples();
        Samples quorum = new Samples();
        try (Connection one = DriverManager.getConnection(url + "?durability=local");
                Connection other = DriverManager.getConnection(url + "?durability=quorum")) {
            int ignored = CommitScenario.execute(one, CommitScenario.TABLE);
            try (PreparedStatement here = one.prepareStatement(CommitScenario.INSERT);
                    PreparedStatement there = other.prepareStatement(CommitScenario.INSERT)) {
                for (int round = 0; round < ROUNDS; round++) {
                    boolean warm = round >= ROUNDS / 4;
                    insertSome(here, warm, local);
                    insertSome(there, warm, quorum);
                }
            }
        }
        return new Figure(
                "commit that two of three nodes have, against one that the primary has, both through the driver, p50",
                quorum.measurement(),
                local.measurement(),
                quorum.micros(0.5) / local.micros(0.5),
                2.5,
                false,
                "x");
    }

    private static void insertSome(PreparedStatement insert, boolean warm, Samples samples) throws SQLException {
        for (int i = 0; i < WRITES_PER_ROUND; i++) {
            long start = System.nanoTime();
            int ignored = CommitScenario.insert(insert, i);
            if (warm) {
                samples.add(System.nanoTime() - start);
            }
        }
    }
}
