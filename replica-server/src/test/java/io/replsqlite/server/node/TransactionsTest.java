package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Txid;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.TransactionStep.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Transactions at a primary, as the steps that reach it see them. */
class TransactionsTest extends TransactionsFixture {
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
}
