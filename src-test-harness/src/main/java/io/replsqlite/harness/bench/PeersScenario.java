package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One insert after the other that two of three nodes have, told to the one that leads, here and with peers whose programs
 * are on the PATH, in turns.
 * There is no goal: what a peer is asked for is its own.
 */
final class PeersScenario {
    private static final List<String> VOTERS = List.of("--voters", "node1,node2,node3");
    private static final Duration START = Duration.ofSeconds(30);
    private static final Path FUSE = Path.of("/dev/fuse");
    private static final int WARM_UP = 500;
    private static final int WRITES = 2_000;

    private final Path directory;

    PeersScenario(Path directory) {
        this.directory = directory;
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        Optional<Path> rqlited = PeerProgram.onPath("rqlited");
        if (rqlited.isEmpty()) {
            return List.of(absent("rqlite", "rqlited is not on the PATH"), liteFs());
        }
        BenchNodes nodes = BenchNodes.of(3, directory);
        try (RqliteCluster rqlite = RqliteCluster.start(rqlited.get(), directory);
                NodeProcess primary = nodes.start(1, VOTERS);
                NodeProcess second = nodes.start(2, VOTERS);
                NodeProcess third = nodes.start(3, VOTERS)) {
            String role = primary.awaitReady(START).path("role").asText();
            if (!role.equals("primary")) {
                throw new IOException("the node that is written to does not lead, but is " + role);
            }
            for (NodeProcess node : List.of(second, third)) {
                var ignored = node.awaitReady(START);
            }
            String url = "jdbc:replsqlite:" + primary.databaseFile("app") + "?durability=quorum";
            return List.of(measure(url, rqlite.client()), liteFs());
        }
    }

    private static Figure measure(String url, RqliteClient rqlite) throws IOException, SQLException {
        Samples ours = new Samples();
        Samples theirs = new Samples();
        long ignored = rqlite.execute(CommitScenario.TABLE);
        try (Connection connection = DriverManager.getConnection(url)) {
            ignored = CommitScenario.execute(connection, CommitScenario.TABLE);
            try (PreparedStatement insert = connection.prepareStatement(CommitScenario.INSERT)) {
                for (int i = 0; i < WARM_UP + WRITES; i++) {
                    long start = System.nanoTime();
                    ignored = CommitScenario.insert(insert, i);
                    long middle = System.nanoTime();
                    ignored = rqlite.execute(CommitScenario.INSERT, "name of row " + i, i);
                    long end = System.nanoTime();
                    if (i >= WARM_UP) {
                        ours.add(middle - start);
                        theirs.add(end - middle);
                    }
                }
            }
        }
        return Figure.withoutGoal(
                what("rqlite"), ours.measurement(), theirs.measurement(), ours.micros(0.5) / theirs.micros(0.5), "x");
    }

    /** Its file system has to be mounted and its application configured by hand; it waits for no quorum. */
    private static Figure liteFs() {
        if (PeerProgram.onPath("litefs").isEmpty()) {
            return absent("LiteFS", "litefs is not on the PATH");
        }
        return absent(
                "LiteFS",
                Files.isReadable(FUSE)
                        ? "litefs is on the PATH; it must be mounted first, which this command does not do"
                        : "litefs is on the PATH, and there is no " + FUSE + " to mount it with");
    }

    private static Figure absent(String peer, String why) {
        return Figure.withoutGoal(what(peer), Measurement.NONE, Measurement.absent(why), Double.NaN, "x");
    }

    private static String what(String peer) {
        return "commit that two of three nodes have, against " + peer + ", p50";
    }
}
