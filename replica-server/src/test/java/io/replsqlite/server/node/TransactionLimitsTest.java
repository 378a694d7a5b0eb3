package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.TransactionStep;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What ends a transaction, a statement or the waiting for either: limits of time, silence, cancellation. */
class TransactionLimitsTest extends TransactionsFixture {
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
}
