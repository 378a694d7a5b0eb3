package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.server.commit.WriteWork;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Sixteen threads that insert single rows durably: as many plain connections with {@code synchronous=FULL}, through the
 * driver over HTTP to a primary in another process, and in one process with the primary. In alternating runs.
 */
final class GroupCommitScenario {
    private static final String INSERT = "insert into t(name, value) values (?, ?)";
    private static final int THREADS = 16;
    private static final int ROUNDS = 3;
    private static final double WARM_UP_SECONDS = 10;
    private static final double SECONDS = 3;
    private static final Duration START = Duration.ofSeconds(30);

    private final Path directory;

    GroupCommitScenario(Path directory) {
        this.directory = directory;
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException, ExecutionException {
        Path plainFile = directory.resolve("plain.db");
        try (Connection keeper = CommitScenario.plainConnection(plainFile);
                NodeProcess primary = BenchNodes.in(directory).startPrimary();
                BenchDatabase embedded = new BenchDatabase(directory.resolve("embedded"))) {
            var ignored = primary.awaitReady(START);
            String url = "jdbc:replsqlite:" + primary.databaseFile("app");
            createTables(url, embedded);
            Crowd.Opening plain = () -> new Plain(plainFile);
            Crowd.Opening http = () -> new Driver(url);
            Crowd.Opening inProcess = () -> value -> embedded.write(new Insert(value));
            for (Crowd.Opening opening : List.of(plain, http, inProcess)) {
                Crowd warm = Crowd.run(THREADS, WARM_UP_SECONDS, opening);
                if (warm.waits().count() == 0) {
                    throw new IOException("nothing was written while warming up through " + keeper);
                }
            }
            return compare(plain, http, inProcess);
        }
    }

    private static void createTables(String url, BenchDatabase embedded) throws SQLException, InterruptedException {
        try (Connection connection = DriverManager.getConnection(url)) {
            int ignored = CommitScenario.execute(connection, CommitScenario.TABLE);
        }
        embedded.write(writer -> CommitScenario.execute(writer, CommitScenario.TABLE));
    }

    private static List<Figure> compare(Crowd.Opening plain, Crowd.Opening http, Crowd.Opening inProcess)
            throws InterruptedException, ExecutionException {
        Crowd plainRuns = Crowd.run(THREADS, SECONDS, plain);
        Crowd httpRuns = Crowd.run(THREADS, SECONDS, http);
        Crowd inProcessRuns = Crowd.run(THREADS, SECONDS, inProcess);
        for (int round = 1; round < ROUNDS; round++) {
            plainRuns = plainRuns.with(Crowd.run(THREADS, SECONDS, plain));
            httpRuns = httpRuns.with(Crowd.run(THREADS, SECONDS, http));
            inProcessRuns = inProcessRuns.with(Crowd.run(THREADS, SECONDS, inProcess));
        }
        return List.of(
                figure("over HTTP", httpRuns, plainRuns, 3), figure("in one process", inProcessRuns, plainRuns, 5));
    }

    private static Figure figure(String how, Crowd ours, Crowd plain, double goal) {
        return new Figure(
                THREADS + " threads inserting single rows durably, " + how,
                ours.measurement(),
                plain.measurement(),
                ours.perSecond() / plain.perSecond(),
                goal,
                true,
                "x");
    }

    /** As the requests of sixteen clients are. */
    private record Insert(int value) implements WriteWork<Integer> {
        @Override
        public Integer run(Connection connection) throws SQLException {
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                return CommitScenario.insert(insert, value);
            }
        }

        @Override
        public Sharing sharing() {
            return Sharing.SHARED;
        }
    }

    private static final class Plain implements Crowd.Writer {
        private final Connection connection;
        private final PreparedStatement insert;

        Plain(Path file) throws SQLException {
            connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=60000&synchronous=FULL");
            insert = connection.prepareStatement(INSERT);
        }

        @Override
        public void write(int value) throws SQLException {
            int ignored = CommitScenario.insert(insert, value);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private static final class Driver implements Crowd.Writer {
        private final Connection connection;
        private final PreparedStatement insert;

        Driver(String url) throws SQLException {
            connection = DriverManager.getConnection(url);
            insert = connection.prepareStatement(INSERT);
        }

        @Override
        public void write(int value) throws SQLException {
            int ignored = CommitScenario.insert(insert, value);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
