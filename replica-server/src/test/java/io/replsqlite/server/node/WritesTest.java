package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.DatabaseScan;
import io.replsqlite.server.database.ReplicatedDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of writes on a primary of its own, whatever their neighbours do. */
@Timeout(60)
class WritesTest {
    @TempDir
    Path directory;

    private ReplicaNode node;
    private ReplicatedDatabase database;

    @BeforeEach
    void start() throws Exception {
        node = ReplicaNode.start(
                NodeSettings.of(Map.of("dir", directory.toString(), "listen", "127.0.0.1:0")), MonotonicClock.SYSTEM);
        assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
        database = node.databases().byName("app");
        get(submit("create table t(x primary key)"));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private static WriteWork<Boolean> sql(String text) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(text);
            }
        };
    }

    private static WriteWork<Boolean> alone(String text) {
        return new WriteWork<>() {
            @Override
            public Boolean run(Connection connection) throws SQLException {
                return sql(text).run(connection);
            }

            @Override
            public Sharing sharing() {
                return Sharing.NO_TRANSACTION;
            }
        };
    }

    private CompletableFuture<Acknowledged<Boolean>> submit(String text) {
        return submit(sql(text), Duration.ofSeconds(20));
    }

    private CompletableFuture<Acknowledged<Boolean>> submit(WriteWork<Boolean> work, Duration startWithin) {
        return database.submit(work, Deadline.after(startWithin, MonotonicClock.SYSTEM));
    }

    private static long get(CompletableFuture<Acknowledged<Boolean>> write) throws Exception {
        return write.get(20, TimeUnit.SECONDS).position().txid().value();
    }

    private void assertSound() throws Exception {
        assertThat(new DatabaseScan(database).run().wrongPages()).isEmpty();
    }

    @Test
    void aFailingWriteLeavesItsNeighboursAlone() throws Exception {
        List<CompletableFuture<Acknowledged<Boolean>>> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writes.add(submit("insert into t values(" + (i % 10 == 9 ? 0 : i) + ")"));
        }
        long last = 0;
        for (int i = 0; i < 100; i++) {
            if (i % 10 == 9) {
                assertThatThrownBy(writes.get(i)::get).hasCauseInstanceOf(SQLException.class);
            } else {
                long txid = get(writes.get(i));
                assertThat(txid).isGreaterThan(last);
                last = txid;
            }
        }
        assertSound();
    }

    @Test
    void anUncheckedExceptionFailsItsWriteOnlyAndIsRolledBack() throws Exception {
        CompletableFuture<Acknowledged<Boolean>> broken = submit(
                connection -> {
                    sql("insert into t values('lost')").run(connection);
                    throw new IllegalStateException("a defect");
                },
                Duration.ofSeconds(20));
        assertThatThrownBy(() -> broken.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
        get(submit("insert into t values('lost')")); // would be refused if the first one were there
        assertSound();
    }

    @Test
    void aDeferredConstraintFailsAtCommitAndTheNextWriteGoesOn() throws Exception {
        get(submit("create table c(p references t(x) deferrable initially deferred)"));
        get(submit(alone("pragma foreign_keys = on"), Duration.ofSeconds(20)));
        CompletableFuture<Acknowledged<Boolean>> orphan = submit("insert into c values('nobody')");
        assertThatThrownBy(() -> orphan.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
        get(submit("insert into t values(1)"));
        assertSound();
    }

    @Test
    void vacuumBecomesOneCommitLargerThanWhatIsEncodedInMemory() throws Exception {
        get(submit("insert into t select hex(randomblob(2000)) from (with recursive n(i) as"
                + " (select 1 union all select i+1 from n where i<1000) select i from n)"));
        get(submit("delete from t where rowid % 2"));
        long vacuumed = get(submit(alone("vacuum"), Duration.ofSeconds(20)));
        assertThat(get(submit("insert into t values(1)"))).isEqualTo(vacuumed + 1);
        assertSound();
    }

    @Test
    void aWriteThatIsLateIsNotExecuted() throws Exception {
        assertThatThrownBy(submit(sql("insert into t values(1)"), Duration.ZERO)::get)
                .cause()
                .isInstanceOfSatisfying(
                        WriteFailedException.class,
                        late -> assertThat(late.outcome()).isEqualTo(WriteFailedException.Outcome.NOT_EXECUTED));
        get(submit("insert into t values(1)"));
    }

    @Test
    void everyWriteOfARoundIsAnsweredWhenTheWriterFailsAtItsFirst() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch queued = new CountDownLatch(1);
        CompletableFuture<Acknowledged<Boolean>> before = submit(
                connection -> {
                    try {
                        started.countDown();
                        return queued.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException interrupted) {
                        throw new SQLException(interrupted);
                    }
                },
                Duration.ofSeconds(20));
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        List<CompletableFuture<Acknowledged<Boolean>>> round = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            round.add(submit("insert into t values(" + i + ")"));
        }
        FailurePoint.arm("CAPTURE_COMMITTED=error@2");
        try {
            queued.countDown();
            assertThat(get(before)).isPositive();
            assertThat(outcomeOf(round.get(0))).isEqualTo(WriteFailedException.Outcome.UNKNOWN);
            for (CompletableFuture<Acknowledged<Boolean>> neverBegun : round.subList(1, 5)) {
                assertThat(outcomeOf(neverBegun)).isEqualTo(WriteFailedException.Outcome.NOT_EXECUTED);
            }
        } finally {
            FailurePoint.arm("");
        }
    }

    private static WriteFailedException.Outcome outcomeOf(CompletableFuture<Acknowledged<Boolean>> write) {
        ExecutionException thrown =
                catchThrowableOfType(ExecutionException.class, () -> write.get(20, TimeUnit.SECONDS));
        return ((WriteFailedException) thrown.getCause()).outcome();
    }

    @Test
    void everyWriteIsAnsweredWhenTheNodeCloses() throws Exception {
        List<CompletableFuture<Acknowledged<Boolean>>> writes = new ArrayList<>();
        Thread client = new Thread(() -> {
            for (int i = 0; i < 3000; i++) {
                writes.add(submit("insert into t values(" + i + ")"));
            }
        });
        client.start();
        node.close();
        client.join();
        for (CompletableFuture<Acknowledged<Boolean>> write : writes) {
            assertThat(write.handle((done, failed) -> failed == null
                                    || failed instanceof WriteFailedException refused
                                            && refused.outcome() == WriteFailedException.Outcome.NOT_EXECUTED)
                            .get(10, TimeUnit.SECONDS))
                    .isTrue();
        }
    }
}
