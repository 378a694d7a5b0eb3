package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.DatabaseScan;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.TransactionStep.Verb;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions at a primary, as the steps that reach it see them. */
@Timeout(60)
class TransactionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private ReplicaNode node;
    private ReplicatedDatabase database;

    private void start(String... more) throws Exception {
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

    private CompletableFuture<?> submit(String sql) {
        return database.submit(
                connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                },
                Deadline.after(PATIENCE, MonotonicClock.SYSTEM));
    }

    private void autocommit(String sql) throws Exception {
        submit(sql).get(20, TimeUnit.SECONDS);
    }

    /** A client that numbers its steps. */
    private final class Client {
        private final RequestId id = RequestId.random();
        private long sequence;

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

    private static ExecuteRequest request(String sql, long timeoutMillis) {
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

    private static ExecuteResponse done(ExecuteOutcome outcome) {
        assertThat(outcome).isInstanceOf(ExecuteOutcome.Done.class);
        return ((ExecuteOutcome.Done) outcome).response();
    }

    private static ErrorResponse failed(ExecuteOutcome outcome) {
        assertThat(outcome).isInstanceOf(ExecuteOutcome.Failed.class);
        return ((ExecuteOutcome.Failed) outcome).error();
    }

    private void assertSound() throws Exception {
        assertThat(new DatabaseScan(database).run().wrongPages()).isEmpty();
    }

    @Test
    void aTransactionIsOneCommitAndARollbackIsNone() throws Exception {
        start();
        Client first = new Client();
        done(first.sql("insert into t values(1, 'a')"));
        done(first.sql("insert into t values(2, 'b')"));
        assertThat(first.count()).isEqualTo(2);
        Txid committed = done(first.commit()).txid();
        Client second = new Client();
        done(second.sql("delete from t"));
        done(second.rollback());
        Client third = new Client();
        assertThat(third.count()).isEqualTo(2);
        assertThat(done(third.commit()).txid()).isEqualTo(committed);
        assertSound();
    }

    @Test
    void savepointsUndoAndKeep() throws Exception {
        start();
        Client client = new Client();
        done(client.savepoint(Verb.SAVEPOINT));
        done(client.sql("insert into t values(1, 'a')"));
        done(client.savepoint(Verb.ROLLBACK_TO));
        assertThat(client.count()).isZero();
        done(client.sql("insert into t values(2, 'b')"));
        done(client.savepoint(Verb.RELEASE));
        assertThat(failed(client.savepoint(Verb.RELEASE)).message()).contains("no such savepoint");
        done(client.commit());
        assertThat(new Client().count()).isEqualTo(1);
    }

    @Test
    void aFailedStatementLeavesTheTransactionOpen() throws Exception {
        start();
        Client client = new Client();
        done(client.sql("insert into t values(1, 'a')"));
        assertThat(failed(client.sql("insert into t values(1, 'again')")).resultCode())
                .isEqualTo(1555);
        assertThat(failed(client.sql("commit")).kind()).isEqualTo(Kind.REFUSED);
        done(client.sql("insert into t values(2, 'b')"));
        done(client.commit());
        assertThat(new Client().count()).isEqualTo(2);
    }

    @Test
    void whatSQLiteRollsBackItselfIsLost() throws Exception {
        start();
        autocommit("create trigger no before insert on t when new.x = 13 begin select raise(rollback, 'never'); end");
        Client client = new Client();
        done(client.sql("insert into t values(1, 'a')"));
        ErrorResponse lost = failed(client.sql("insert into t values(13, 'a')"));
        assertThat(lost.kind()).isEqualTo(Kind.TRANSACTION_LOST);
        assertThat(lost.message()).contains("never");
        assertThat(failed(client.sql("insert into t values(2, 'a')")).kind()).isEqualTo(Kind.TRANSACTION_LOST);
        assertThat(failed(client.commit()).kind()).isEqualTo(Kind.TRANSACTION_LOST);
        assertThat(new Client().count()).isZero();
        assertSound();
    }

    @Test
    void aRepeatedStepGetsItsAnswerAgainAndAGapIsRefused() throws Exception {
        start();
        Client client = new Client();
        TransactionStep insert = client.next(new TransactionStep.Execute(request("insert into t values(1, 'a')", 0)));
        ExecuteOutcome first = client.send(insert);
        assertThat(client.send(insert)).isSameAs(first);
        client.next(new TransactionStep.Rollback());
        assertThat(failed(client.sql("insert into t values(3, 'a')")).kind()).isEqualTo(Kind.BAD_REQUEST);
        client.sequence = 1;
        TransactionStep commit = client.next(new TransactionStep.Commit(RequestId.random()));
        ExecuteResponse committed = done(client.send(commit));
        assertThat(done(client.send(commit))).isEqualTo(committed);
        assertThat(new Client().count()).isEqualTo(1);
    }

    @Test
    void aTransactionThatThisNodeDoesNotKnowIsLost() throws Exception {
        start();
        Client client = new Client();
        client.sequence = 4;
        assertThat(failed(client.sql("select 1")).kind()).isEqualTo(Kind.TRANSACTION_LOST);
    }

    @Test
    void transactionsAndWritesTakeTheirTurnsInTheOrderOfTheirArrival() throws Exception {
        start();
        List<String> order = new CopyOnWriteArrayList<>();
        Client first = new Client();
        done(first.sql("insert into t values(0, 0)"));
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int turn = 1; turn <= 6; turn++) {
            String name = "turn " + turn;
            if (turn % 2 == 0) {
                waiting.add(submit("insert into t values(" + turn + ", 0)").thenAccept(ignored -> order.add(name)));
            } else {
                waiting.add(CompletableFuture.runAsync(() -> {
                    try {
                        Client client = new Client();
                        done(client.sql("insert into t values('" + name + "', 0)"));
                        done(client.commit());
                        order.add(name);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
                await(() -> database.transactions().orElseThrow().count() == waiting.size() / 2 + 2);
            }
        }
        assertThat(order).isEmpty();
        done(first.commit());
        for (CompletableFuture<?> one : waiting) {
            one.get(20, TimeUnit.SECONDS);
        }
        List<Object> arrived = new ArrayList<>();
        done(new Client().sql("select x from t order by rowid"))
                .rows()
                .values()
                .forEach(row -> arrived.add(row.get(0)));
        assertThat(arrived).containsExactly(0L, "turn 1", 2L, "turn 3", 4L, "turn 5", 6L);
    }

    @Test
    void whatWasWrittenBeforeIsAcknowledgedWhileATransactionIsOpen() throws Exception {
        start();
        CompletableFuture<?> before = submit("insert into t values(1, 'a')");
        Client client = new Client();
        done(client.sql("insert into t values(2, 'a')"));
        before.get(5, TimeUnit.SECONDS);
        done(client.rollback());
    }

    @Test
    void anIdleTransactionIsRolledBackAndTheNextOneServed() throws Exception {
        start("idle-limit", "200ms");
        Client idle = new Client();
        done(idle.sql("insert into t values(1, 'a')"));
        autocommit("insert into t values(1, 'b')");
        ErrorResponse lost = failed(idle.sql("insert into t values(2, 'a')"));
        assertThat(lost.kind()).isEqualTo(Kind.TRANSACTION_LOST);
        assertThat(lost.message()).contains("idle-limit");
        assertThat(failed(idle.commit()).kind()).isEqualTo(Kind.TRANSACTION_LOST);
    }

    @Test
    void aTransactionWhoseClientIsGoneIsRolledBackAlsoInTheMiddleOfAStatement() throws Exception {
        start("silence-limit", "300ms");
        Client gone = new Client();
        done(gone.sql("insert into t values(1, 'a')"));
        autocommit("insert into t values(1, 'b')");
        assertThat(failed(gone.sql("select 1")).message()).contains("silence-limit");

        Client busy = new Client();
        ErrorResponse lost = failed(busy.sql(endless()));
        assertThat(lost.message()).contains("interrupt");
        assertThat(failed(busy.sql("select 1")).kind()).isEqualTo(Kind.TRANSACTION_LOST);
        autocommit("insert into t values(2, 'b')");
    }

    @Test
    void signsOfLifeKeepATransactionOpen() throws Exception {
        start("silence-limit", "300ms");
        Client client = new Client();
        done(client.sql("insert into t values(1, 'a')"));
        Deadline longer = Deadline.after(Duration.ofMillis(900), MonotonicClock.SYSTEM);
        while (!longer.hasPassed()) {
            assertThat(database.transactions().orElseThrow().showLife(client.id))
                    .isTrue();
            LockSupport.parkNanos(20_000_000);
        }
        done(client.commit());
        assertThat(database.transactions().orElseThrow().showLife(client.id)).isFalse();
    }

    @Test
    void aWriteThatWaitedTooLongIsRefusedWhileATransactionIsOpen() throws Exception {
        start();
        Client client = new Client();
        done(client.sql("insert into t values(1, 'a')"));
        CompletableFuture<?> late =
                database.submit(connection -> true, Deadline.after(Duration.ofMillis(100), MonotonicClock.SYSTEM));
        assertThatThrownBy(() -> late.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(WriteFailedException.class);
        done(client.commit());
    }

    @Test
    void aStatementIsInterruptedAtItsDeadline() throws Exception {
        start();
        Client client = new Client();
        done(client.sql("insert into t values(1, 'a')"));
        ErrorResponse over = failed(client.act(new TransactionStep.Execute(request(endless(), 100))));
        assertThat(over.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(client.count()).isEqualTo(1);
        done(client.commit());
    }

    @Test
    void aTransactionWhoseTurnDoesNotComeInTimeDoesNotRun() throws Exception {
        start();
        Client first = new Client();
        done(first.sql("insert into t values(1, 'a')"));
        Client second = new Client();
        ErrorResponse over =
                failed(second.act(new TransactionStep.Execute(request("insert into t values(2, 'a')", 100))));
        assertThat(over.kind()).isEqualTo(Kind.TIMED_OUT);
        done(first.commit());
        assertThat(new Client().count()).isEqualTo(1);
    }

    @Test
    void cancelInterruptsAndTheTransactionGoesOn() throws Exception {
        start();
        Client client = new Client();
        done(client.sql("insert into t values(1, 'a')"));
        CompletableFuture<ErrorResponse> running = CompletableFuture.supplyAsync(() -> {
            try {
                return failed(client.sql(endless()));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!running.isDone()) {
            assertThat(database.transactions().orElseThrow().cancel(client.id)).isTrue();
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(running.get().resultCode()).isEqualTo(9);
        assertThat(client.count()).isEqualTo(1);
        done(client.commit());
    }

    @Test
    void pagesFollowEachOtherBesideUpdatesAndEndWithTheTransaction() throws Exception {
        start("page-bytes", "1KiB");
        Client client = new Client();
        done(
                client.sql(
                        "insert into t with recursive n(i) as (select 1 union all select i+1 from n where i<1000) select i, 'v' from n"));
        ExecuteResponse page = done(client.sql("select x from t order by x"));
        List<Object> seen = new ArrayList<>();
        int pages = 1;
        while (true) {
            page.rows().values().forEach(row -> seen.add(row.get(0)));
            if (page.rows().isComplete()) {
                break;
            }
            done(client.sql("update t set y = 'w' where x = " + seen.size()));
            page = done(client.act(new TransactionStep.Fetch(page.rows().cursor())));
            pages++;
        }
        assertThat(pages).isGreaterThan(5);
        assertThat(seen).hasSize(1000).startsWith(1L, 2L).endsWith(1000L);
        long unfinished = done(client.sql("select * from t")).rows().cursor();
        long closed = done(client.sql("select * from t")).rows().cursor();
        done(client.act(new TransactionStep.Close(closed)));
        assertThat(failed(client.act(new TransactionStep.Fetch(closed))).message())
                .contains("closed");
        done(client.act(new TransactionStep.Fetch(unfinished)));
        done(client.commit());
        assertSound();
    }

    @Test
    void openTransactionsEndWithTheNode() throws Exception {
        start();
        Client client = new Client();
        done(client.sql("insert into t values(1, 'a')"));
        CompletableFuture<?> stopped = CompletableFuture.runAsync(() -> {
            try {
                node.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        stopped.get(10, TimeUnit.SECONDS);
        start();
        assertThat(new Client().count()).isZero();
    }

    private static String endless() {
        return "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n";
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        Deadline deadline = Deadline.after(PATIENCE, MonotonicClock.SYSTEM);
        while (!condition.holds()) {
            assertThat(deadline.hasPassed()).isFalse();
            LockSupport.parkNanos(2_000_000);
        }
    }
}
