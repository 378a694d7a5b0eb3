package io.replsqlite.harness.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.WriteOutcome;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.harness.fault.NodeClient;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three processes, durability quorum: what is left when some of them stand still or die. */
@Timeout(180)
class QuorumFaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String TOKEN = "a-token-that-three-nodes-know";
    private static final int WRITERS = 4;

    @TempDir
    Path directory;

    private List<Integer> ports;
    private final NodeProcess[] nodes = new NodeProcess[4];

    @BeforeEach
    void start() throws Exception {
        ports = FreePorts.find(3);
        OwnerOnlyFile.create(directory.resolve("token"), TOKEN);
        for (int number = 1; number <= 3; number++) {
            launch(number, 1);
        }
        awaitReady();
        try (Connection connection = connect(1, "")) {
            execute(connection, "create table t(id integer primary key)");
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (int number = 1; number <= 3; number++) {
            if (nodes[number].isAlive()) {
                signal(number, "CONT");
                nodes[number].kill();
            }
        }
    }

    private void launch(int number, int primary) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--name",
                "node" + number,
                "--listen",
                "127.0.0.1:" + ports.get(number - 1),
                "--token-file",
                directory.resolve("token").toString(),
                "--lease",
                "static:node" + primary + "@http://127.0.0.1:" + ports.get(primary - 1),
                "--voters",
                "node1,node2,node3",
                "--durability",
                "quorum",
                "--commit-timeout",
                "700ms"));
        nodes[number] = NodeProcess.start(directory.resolve("node" + number), arguments, Map.of());
    }

    private void awaitReady() throws Exception {
        for (int number = 1; number <= 3; number++) {
            if (nodes[number].isAlive()) {
                var ignored = nodes[number].awaitReady(PATIENCE);
            }
        }
    }

    private void signal(int number, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(nodes[number].pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private ReplicaConnection connect(int number, String settings) throws SQLException {
        return DriverManager.getConnection(
                        "jdbc:replsqlite:" + nodes[number].databaseFile("app") + "?connectTimeout=30s" + settings)
                .unwrap(ReplicaConnection.class);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute(sql);
        }
    }

    private static Set<Long> ids(Connection connection) throws SQLException {
        Set<Long> found = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from t")) {
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
        }
        return found;
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Deadline deadline = Deadline.after(PATIENCE, MonotonicClock.SYSTEM);
        while (!condition.call()) {
            assertThat(deadline.hasPassed()).as("waited for " + what).isFalse();
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void oneOfThreeMayStandStillAndWithTwoNothingIsAcknowledgedNorShownUntilTheyGoOn() throws Exception {
        String policy = "&onStale=fail&readTimeout=300ms&writeTimeout=10s&consistency=eventual";
        try (ReplicaConnection primary = connect(1, policy);
                ReplicaConnection second = connect(2, policy)) {
            signal(3, "STOP");
            for (int id = 1; id <= 20; id++) {
                execute(primary, "insert into t values(" + id + ")");
            }
            await("node2 shows them", () -> ids(second).size() == 20);

            signal(2, "STOP");
            OutcomeUnknownException unknown = unknownOutcome(primary, "insert into t values(21)");
            assertThat(primary.outcome(unknown.requestId()).state()).isEqualTo(WriteOutcome.State.UNKNOWN);
            assertNotShown(primary);
            assertThat(ids(second))
                    .as("its node received it, or not; it shows it to nobody")
                    .hasSize(20);

            signal(2, "CONT");
            await(
                    "the write is committed after all",
                    () -> primary.outcome(unknown.requestId()).state() == WriteOutcome.State.COMMITTED);
            await("node2 shows it", () -> ids(second).size() == 21);
            assertThat(ids(primary)).hasSize(21);
            signal(3, "CONT");
            try (ReplicaConnection third = connect(3, policy)) {
                await("node3 catches up", () -> ids(third).size() == 21);
            }
        }
    }

    private static OutcomeUnknownException unknownOutcome(Connection connection, String sql) throws SQLException {
        try {
            execute(connection, sql);
        } catch (OutcomeUnknownException unknown) {
            return unknown;
        }
        throw new AssertionError("it was acknowledged: " + sql);
    }

    private static void assertNotShown(Connection connection) {
        try {
            Set<Long> shown = ids(connection);
            throw new AssertionError("what is not committed was shown: " + shown);
        } catch (SQLException expected) {
            assertThat(expected.getSQLState()).isEqualTo("58R01");
        }
    }

    @Test
    void whatWasAcknowledgedBeforeThePrimaryDiedIsInTheLogsOfTheOthers() throws Exception {
        Set<Long> acknowledged = new ConcurrentSkipListSet<>();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS, NamedThreads.of("quorum-writer"));
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                long first = 1_000_000L * (writer + 1);
                running.add(writers.submit(() -> writeUntilRefused(first, acknowledged)));
            }
            await("some hundred writes", () -> acknowledged.size() > 300);
            nodes[1].kill();
            for (Future<?> writer : running) {
                var ignored = writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            writers.shutdownNow();
        }
        int best = nodeWithMost();
        for (int number = 2; number <= 3; number++) {
            nodes[number].kill();
        }
        launch(2, best);
        launch(3, best);
        awaitReady();
        try (ReplicaConnection successor = connect(best, "&writeTimeout=20s")) {
            execute(successor, "insert into t values(1)"); // so its epoch, and all before it, is committed
            assertThat(ids(successor)).containsAll(acknowledged);
            try (ReplicaConnection other = connect(5 - best, "&consistency=linearizable&readTimeout=20s")) {
                assertThat(ids(other)).containsAll(acknowledged).contains(1L);
            }
        }
    }

    private Void writeUntilRefused(long first, Set<Long> acknowledged) throws SQLException {
        try (ReplicaConnection connection = connect(1, "&writeTimeout=2s");
                PreparedStatement insert = connection.prepareStatement("insert into t values(?)")) {
            for (long id = first; true; id++) {
                insert.setLong(1, id);
                int ignored = insert.executeUpdate();
                acknowledged.add(id);
            }
        } catch (SQLException primaryIsGone) {
            return null;
        }
    }

    /** As an election would find it: the log that reaches furthest. */
    private int nodeWithMost() throws Exception {
        return durableTxid(2) >= durableTxid(3) ? 2 : 3;
    }

    private long durableTxid(int number) throws IOException, InterruptedException {
        return new NodeClient(nodes[number].url(), TOKEN)
                .status("app")
                .path("logTo")
                .asLong(-1);
    }
}
