package io.replsqlite.harness.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.WriteOutcome;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.NodePair.Member;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The primary dies between a commit and its answer: the write happens once, and the caller learns it. */
@Timeout(120)
class ExactlyOnceTest {
    private static final Duration DEATH_WAIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private NodePair pair;

    @BeforeEach
    void start() throws Exception {
        pair = new NodePair(directory, List.of());
        pair.startBoth();
        try (Connection connection = connect(Member.FOLLOWER, "");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("create table t(id integer primary key, name text)"))
                    .isZero();
        }
        pair.stop(Member.PRIMARY);
    }

    @AfterEach
    void stop() throws Exception {
        pair.close();
    }

    private Connection connect(Member member, String parameters) throws SQLException {
        return DriverManager.getConnection("jdbc:replsqlite:" + pair.databaseFile(member) + parameters);
    }

    private static int insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("insert into t(name) values('once')");
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from t")) {
            return result.next() ? result.getLong(1) : -1;
        }
    }

    @Test
    void aWriteWhoseAnswerDiedWithThePrimaryIsAnsweredByTheNextOneAndExecutedOnce() throws Exception {
        ExecutorService caller = Executors.newSingleThreadExecutor(NamedThreads.of("caller"));
        try (Connection connection = connect(Member.FOLLOWER, "?writeTimeout=60s")) {
            pair.launch(Member.PRIMARY, "LOG_SYNCED=halt@3", List.of()); // two syncs begin the tenure
            pair.awaitReady(Member.PRIMARY);
            Future<Integer> write = caller.submit(() -> insert(connection));
            int ignored = pair.process(Member.PRIMARY).awaitExit(DEATH_WAIT);
            pair.start(Member.PRIMARY);
            assertThat(write.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(count(connection)).isEqualTo(1);
        } finally {
            List<Runnable> none = caller.shutdownNow();
            assertThat(none).isEmpty();
        }
    }

    /** They travel together, so that a whole message may die with its answer. */
    @Test
    void writesOfManyThreadsAreExecutedOnceEachWhenTheirPrimaryDies() throws Exception {
        int threads = 12;
        int writesEach = 10;
        ExecutorService callers = Executors.newFixedThreadPool(threads, NamedThreads.of("caller"));
        try {
            pair.launch(Member.PRIMARY, "LOG_SYNCED=halt@9", List.of());
            pair.awaitReady(Member.PRIMARY);
            List<Future<Integer>> writers = new ArrayList<>();
            for (int writer = 0; writer < threads; writer++) {
                String name = "writer " + writer + ", write ";
                writers.add(callers.submit(() -> insertAll(name, writesEach)));
            }
            int ignored = pair.process(Member.PRIMARY).awaitExit(DEATH_WAIT);
            pair.start(Member.PRIMARY);
            for (Future<Integer> writer : writers) {
                assertThat(writer.get(60, TimeUnit.SECONDS)).isEqualTo(writesEach);
            }
            assertThat(rowsAtPrimary()).isEqualTo(threads * writesEach);
        } finally {
            List<Runnable> none = callers.shutdownNow();
            assertThat(none).isEmpty();
        }
    }

    private int insertAll(String name, int writes) throws SQLException {
        int inserted = 0;
        try (Connection connection = connect(Member.FOLLOWER, "?writeTimeout=60s");
                PreparedStatement insert = connection.prepareStatement("insert into t(name) values(?)")) {
            for (int write = 0; write < writes; write++) {
                insert.setString(1, name + write);
                inserted += insert.executeUpdate();
            }
        }
        return inserted;
    }

    @Test
    void aWriteThatWasCommittedBeforeItsPrimaryDiedIsReportedAsCommitted() throws Exception {
        assertThat(outcomeAfterDeathAt("LOG_SYNCED=halt@3")).isEqualTo(WriteOutcome.State.COMMITTED);
    }

    /**
     * SQLite had committed it to its WAL, which the process's death does not undo: the restart captures it, but its
     * request id died with the process. Nobody may be told that it did not happen, and sending it again must not do it
     * twice.
     */
    @Test
    void aWriteThatDiedBetweenSqliteAndTheLogIsNeitherDeniedNorRepeated() throws Exception {
        assertThat(outcomeAfterDeathAt("CAPTURE_COMMITTED=halt")).isEqualTo(WriteOutcome.State.UNKNOWN);
    }

    @Test
    void sendingAgainWhatDiedBetweenSqliteAndTheLogEndsAsUnknown() throws Exception {
        ExecutorService caller = Executors.newSingleThreadExecutor(NamedThreads.of("caller"));
        try (Connection connection = connect(Member.FOLLOWER, "?writeTimeout=60s")) {
            pair.launch(Member.PRIMARY, "CAPTURE_COMMITTED=halt", List.of());
            Future<Integer> write = caller.submit(() -> insert(connection));
            int ignored = pair.process(Member.PRIMARY).awaitExit(DEATH_WAIT);
            pair.start(Member.PRIMARY);
            assertThatThrownBy(() -> write.get(60, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(OutcomeUnknownException.class);
            assertThat(rowsAtPrimary()).isEqualTo(1);
        } finally {
            List<Runnable> none = caller.shutdownNow();
            assertThat(none).isEmpty();
        }
    }

    private long rowsAtPrimary() throws SQLException {
        try (Connection connection = connect(Member.PRIMARY, "")) {
            return count(connection);
        }
    }

    private WriteOutcome.State outcomeAfterDeathAt(String failurePoint) throws Exception {
        try (Connection connection = connect(Member.FOLLOWER, "?writeTimeout=4s")) {
            pair.launch(Member.PRIMARY, failurePoint, List.of());
            pair.awaitReady(Member.PRIMARY);
            OutcomeUnknownException unknown =
                    catchThrowableOfType(OutcomeUnknownException.class, () -> insert(connection));
            pair.start(Member.PRIMARY);
            WriteOutcome outcome = connection.unwrap(ReplicaConnection.class).outcome(unknown.requestId());
            assertThat(rowsAtPrimary()).isEqualTo(outcome.state() == WriteOutcome.State.NOT_COMMITTED ? 0 : 1);
            return outcome.state();
        }
    }
}
