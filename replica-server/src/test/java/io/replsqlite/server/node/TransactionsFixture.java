package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.DatabaseScan;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.TransactionStep.Verb;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary, and clients that send it the steps of transactions. */
@Timeout(60)
abstract class TransactionsFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    ReplicaNode node;
    ReplicatedDatabase database;

    void start(String... more) throws Exception {
        Map<String, String> settings =
                new HashMap<>(Map.of("dir", directory.toString(), "listen", "127.0.0.1:0", "silence-limit", "20s"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        node = ReplicaNode.start(NodeSettings.of(settings), MonotonicClock.SYSTEM);
        assertThat(node.awaitRole(PATIENCE)).isTrue();
        database = node.databases().byName("app");
        autocommit("create table if not exists t(x primary key, y)");
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    CompletableFuture<?> submit(String sql) {
        return database.submit(
                connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                },
                Deadline.after(PATIENCE, MonotonicClock.SYSTEM));
    }

    void autocommit(String sql) throws Exception {
        submit(sql).get(20, TimeUnit.SECONDS);
    }

    /** A client that numbers its steps. */
    final class Client {
        final RequestId id = RequestId.random();
        long sequence;

        TransactionStep next(TransactionStep.Action action) {
            return new TransactionStep(id, ++sequence, "app", Map.of(), Epoch.NONE, action);
        }

        ExecuteOutcome send(TransactionStep step) throws InterruptedException {
            return database.transactions().orElseThrow().step(step, Deadline.after(PATIENCE, MonotonicClock.SYSTEM));
        }

        ExecuteOutcome act(TransactionStep.Action action) throws InterruptedException {
            return send(next(action));
        }

        ExecuteOutcome sql(String sql) throws InterruptedException {
            return act(new TransactionStep.Execute(request(sql, 0)));
        }

        ExecuteOutcome savepoint(Verb verb) throws InterruptedException {
            return act(new TransactionStep.Savepoint(verb, "a \"point\""));
        }

        ExecuteOutcome commit() throws InterruptedException {
            return act(new TransactionStep.Commit(RequestId.random()));
        }

        ExecuteOutcome rollback() throws InterruptedException {
            return act(new TransactionStep.Rollback());
        }

        long count() throws InterruptedException {
            return (Long)
                    done(sql("select count(*) from t")).rows().values().get(0).get(0);
        }
    }

    static ExecuteRequest request(String sql, long timeoutMillis) {
        return new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.WRITE,
                List.of(ExecuteRequest.Statement.of(sql)),
                0,
                true,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO,
                true,
                timeoutMillis,
                Durability.LOCAL);
    }

    static ExecuteResponse done(ExecuteOutcome outcome) {
        assertThat(outcome).isInstanceOf(ExecuteOutcome.Done.class);
        return ((ExecuteOutcome.Done) outcome).response();
    }

    static ErrorResponse failed(ExecuteOutcome outcome) {
        assertThat(outcome).isInstanceOf(ExecuteOutcome.Failed.class);
        return ((ExecuteOutcome.Failed) outcome).error();
    }

    void assertSound() throws Exception {
        assertThat(new DatabaseScan(database).run().wrongPages()).isEmpty();
    }

    static String endless() {
        return "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n";
    }

    interface Condition {
        boolean holds();
    }

    static void await(Condition condition) {
        Deadline deadline = Deadline.after(PATIENCE, MonotonicClock.SYSTEM);
        while (!condition.holds()) {
            assertThat(deadline.hasPassed()).isFalse();
            LockSupport.parkNanos(2_000_000);
        }
    }
}
