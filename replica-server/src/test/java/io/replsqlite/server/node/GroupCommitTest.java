package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.DatabaseScan;
import io.replsqlite.server.database.ReplicatedDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
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

/** Writes that wait together share one commit; what could break a neighbour sends them back to run one by one. */
@Timeout(60)
class GroupCommitTest {
    private static final Map<String, String> NO_SETTINGS = Map.of();

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
        get(submit(new Sql(
                "create table t(x integer primary key on conflict abort, y)", WriteWork.Sharing.OWN_TRANSACTION)));
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(new DatabaseScan(database).run().wrongPages()).isEmpty();
        node.close();
    }

    /** One statement, prepared as everything from the wire is. */
    private record Sql(String text, Sharing sharing, Map<String, String> sessionSettings)
            implements WriteWork<Integer> {
        Sql(String text) {
            this(text, Sharing.SHARED, NO_SETTINGS);
        }

        Sql(String text, Sharing sharing) {
            this(text, sharing, NO_SETTINGS);
        }

        @Override
        public Integer run(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(text);
            }
        }
    }

    private CompletableFuture<Acknowledged<Integer>> submit(WriteWork<Integer> work) {
        return database.submit(work, Deadline.after(Duration.ofSeconds(20), MonotonicClock.SYSTEM));
    }

    private static long get(CompletableFuture<Acknowledged<Integer>> write) throws Exception {
        return write.get(20, TimeUnit.SECONDS).position().txid().value();
    }

    /** Keeps the writer busy until all are queued, so that one round takes them all. */
    private List<CompletableFuture<Acknowledged<Integer>>> together(List<Sql> works) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch queued = new CountDownLatch(1);
        CompletableFuture<Acknowledged<Integer>> first = submit(connection -> {
            try {
                started.countDown();
                assertThat(queued.await(20, TimeUnit.SECONDS)).isTrue();
                return 0;
            } catch (InterruptedException interrupted) {
                throw new SQLException(interrupted);
            }
        });
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        List<CompletableFuture<Acknowledged<Integer>>> writes =
                works.stream().map(this::submit).toList();
        queued.countDown();
        long ignored = get(first);
        return writes;
    }

    private List<CompletableFuture<Acknowledged<Integer>>> together(String... texts) throws Exception {
        return together(List.of(texts).stream().map(Sql::new).toList());
    }

    private static Throwable refusal(CompletableFuture<Acknowledged<Integer>> write) {
        ExecutionException thrown =
                catchThrowableOfType(ExecutionException.class, () -> write.get(20, TimeUnit.SECONDS));
        return thrown.getCause();
    }

    private long count(String where) throws Exception {
        try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("app.db"));
                Statement statement = reader.createStatement();
                var result = statement.executeQuery("select count(*) from t where " + where)) {
            return result.next() ? result.getLong(1) : -1;
        }
    }

    @Test
    void writesThatWaitTogetherAreOneCommit() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add("insert into t values(" + i + ", 'a')");
        }
        var writes = together(texts.toArray(String[]::new));
        long txid = get(writes.get(0));
        for (var write : writes) {
            assertThat(get(write)).isEqualTo(txid);
        }
        assertThat(count("true")).isEqualTo(100);
    }

    @Test
    void aWriteThatFailsIsUndoneAlone() throws Exception {
        var writes = together(
                "insert into t values(1, 'a')",
                "insert into t values(2, 'b'), (1, 'c')",
                "insert into t values(3, 'd')");
        assertThat(refusal(writes.get(1))).hasMessageContaining("UNIQUE constraint failed");
        assertThat(get(writes.get(0))).isEqualTo(get(writes.get(2)));
        assertThat(count("x in (1, 3)")).isEqualTo(2);
        assertThat(count("true")).isEqualTo(2);
    }

    @Test
    void aTriggerThatRollsTheTransactionBackHarmsNoNeighbour() throws Exception {
        get(submit(new Sql(
                "create trigger no13 before insert on t when new.x = 13 begin select raise(rollback, 'no 13'); end",
                WriteWork.Sharing.OWN_TRANSACTION)));
        var writes = together(
                "insert into t values(12, 'a')", "insert into t values(13, 'b')", "insert into t values(14, 'c')");
        assertThat(refusal(writes.get(1))).hasMessageContaining("no 13");
        assertThat(get(writes.get(2))).isGreaterThan(get(writes.get(0)));
        assertThat(count("x in (12, 14)")).isEqualTo(2);
    }

    @Test
    void anInsertOrRollbackHarmsNoNeighbour() throws Exception {
        var writes = together(
                "insert into t values(1, 'a')",
                "insert or rollback into t values(1, 'b')",
                "insert into t values(2, 'c')");
        assertThat(refusal(writes.get(1))).hasMessageContaining("UNIQUE constraint failed");
        get(writes.get(0));
        get(writes.get(2));
        assertThat(count("true")).isEqualTo(2);
        assertThat(count("y = 'a'")).isEqualTo(1);
    }

    @Test
    void aDeferredConstraintIsNotRepairedByANeighbour() throws Exception {
        get(submit(new Sql(
                "create table c(p references t(x) deferrable initially deferred)", WriteWork.Sharing.OWN_TRANSACTION)));
        Map<String, String> foreignKeys = Map.of("foreign_keys", "on");
        var writes = together(List.of(
                new Sql("insert into c values(7)", WriteWork.Sharing.SHARED, foreignKeys),
                new Sql("insert into t values(7, 'parent')", WriteWork.Sharing.SHARED, foreignKeys),
                new Sql("insert into c values(7)", WriteWork.Sharing.SHARED, foreignKeys)));
        assertThat(refusal(writes.get(0))).hasMessageContaining("FOREIGN KEY constraint failed");
        assertThat(get(writes.get(2))).isGreaterThan(get(writes.get(1)));
    }

    @Test
    void immediateForeignKeysHoldWithinAGroup() throws Exception {
        get(submit(new Sql("create table c(p references t(x))", WriteWork.Sharing.OWN_TRANSACTION)));
        Map<String, String> foreignKeys = Map.of("foreign_keys", "on");
        var writes = together(List.of(
                new Sql("insert into t values(7, 'parent')", WriteWork.Sharing.SHARED, foreignKeys),
                new Sql("insert into c values(8)", WriteWork.Sharing.SHARED, foreignKeys),
                new Sql("insert into c values(7)", WriteWork.Sharing.SHARED, foreignKeys)));
        assertThat(refusal(writes.get(1))).hasMessageContaining("FOREIGN KEY constraint failed");
        assertThat(get(writes.get(0))).isEqualTo(get(writes.get(2)));
    }

    @Test
    void clientsWithOtherSettingsDoNotShare() throws Exception {
        get(submit(new Sql("create table c(p references t(x))", WriteWork.Sharing.OWN_TRANSACTION)));
        var writes = together(List.of(
                new Sql("insert into c values(1)"),
                new Sql("insert into c values(2)", WriteWork.Sharing.SHARED, Map.of("foreign_keys", "on")),
                new Sql("insert into c values(3)")));
        get(writes.get(0));
        assertThat(refusal(writes.get(1))).hasMessageContaining("FOREIGN KEY constraint failed");
        get(writes.get(2));
    }

    @Test
    void vacuumAndSchemaChangesStandBetweenGroups() throws Exception {
        var writes = together(List.of(
                new Sql("insert into t values(1, 'a')"),
                new Sql("insert into t values(2, 'b')"),
                new Sql("alter table t add column z default 'new'", WriteWork.Sharing.OWN_TRANSACTION),
                new Sql("insert into t values(3, 'c', 'd')"),
                new Sql("vacuum", WriteWork.Sharing.NO_TRANSACTION),
                new Sql("insert into t values(4, 'e', 'f')")));
        long last = 0;
        for (var write : writes) {
            long txid = get(write);
            assertThat(txid).isGreaterThanOrEqualTo(last);
            last = txid;
        }
        assertThat(count("z in ('new', 'd', 'f')")).isEqualTo(4);
    }

    @Test
    void aGroupThatMeetsAForeignWriterIsToldSo() throws Exception {
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("app.db"));
                Statement statement = foreign.createStatement()) {
            boolean ignored = statement.execute("begin immediate");
            var one = submit(new Sql("insert into t values(1, 'a')"));
            var other = submit(new Sql("insert into t values(2, 'b')"));
            assertThat(refusal(one)).hasMessageContaining("BUSY");
            assertThat(refusal(other)).hasMessageContaining("BUSY");
            ignored = statement.execute("rollback");
        }
        get(submit(new Sql("insert into t values(1, 'a')")));
    }

    @Test
    void aDefectInOneWriteIsItsOwn() throws Exception {
        WriteWork<Integer> broken = new WriteWork<>() {
            @Override
            public Integer run(Connection connection) throws SQLException {
                int ignored = new Sql("insert into t values(5, 'lost')").run(connection);
                throw new IllegalStateException("a defect");
            }

            @Override
            public Sharing sharing() {
                return Sharing.SHARED;
            }
        };
        var before = submit(new Sql("insert into t values(1, 'a')"));
        var defect = submit(broken);
        var after = submit(new Sql("insert into t values(5, 'kept')"));
        get(before);
        assertThatThrownBy(() -> defect.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
        get(after);
        assertThat(count("y = 'kept'")).isEqualTo(1);
    }
}
