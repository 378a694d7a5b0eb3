package io.replsqlite.server.transaction;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.commit.CommitWriter;
import io.replsqlite.server.commit.UnsettledWriteException;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.server.quorum.CommitWaiter;
import io.replsqlite.server.quorum.Commitment;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The transactions of one database while this node is its primary. Safe for any thread. */
public final class Transactions {
    private static final long LOOK_MILLIS = 500;

    private final String databaseName;
    private final CommitWriter writer;
    private final RequestOutcomes outcomes;
    private final StatementExecutor executor;
    private final PageLimits pages;
    private final TransactionSettings settings;
    private final Commitment commitment;
    private final MonotonicClock clock;
    private final TransactionRun.Surroundings surroundings;
    private final Map<RequestId, OpenTransaction> open = new ConcurrentHashMap<>();
    private final EndedTransactions ended = new EndedTransactions();
    private volatile boolean closed;
    private volatile boolean finishing;

    /** Moved whenever a transaction has ended. */
    private final PositionGate endings = new PositionGate(Txid.ZERO);

    public Transactions(
            String databaseName,
            CommitWriter writer,
            RequestOutcomes outcomes,
            StatementExecutor executor,
            PageLimits pages,
            TransactionSettings settings,
            BooleanSupplier holdsLease,
            Supplier<Position> durableHead,
            Commitment commitment,
            MonotonicClock clock) {
        this.databaseName = databaseName;
        this.writer = writer;
        this.outcomes = outcomes;
        this.executor = executor;
        this.pages = pages;
        this.settings = settings;
        this.commitment = commitment;
        this.clock = clock;
        this.surroundings = new TransactionRun.Surroundings() {
            @Override
            public @Nullable String whyOver() {
                return closed || !holdsLease.getAsBoolean() ? noLongerPrimary() : null;
            }

            @Override
            public Position durableHead() {
                return durableHead.get();
            }

            @Override
            public void whenCommitted(Position seen, OpenTransaction transaction, Runnable then) {
                if (!commitment.waitsForOthers()
                        || commitment.committedTxid() >= seen.txid().value()) {
                    then.run();
                } else {
                    commitment.whenReached(
                            commitment.levelFor(Durability.LOCAL), seen.txid(), new FirstAnswer(transaction, then));
                }
            }

            @Override
            public void whileWaiting() {
                writer.refuseLate();
            }
        };
    }

    /** What a transaction has seen becomes committed before its client is told, or the transaction is given up. */
    private record FirstAnswer(OpenTransaction transaction, Runnable then) implements CommitWaiter {
        @Override
        public void committed() {
            then.run();
        }

        @Override
        public void late() {
            transaction.abandon(
                    "what it has seen was not committed within commit-timeout; it was rolled back", Reason.SHUTDOWN);
        }

        @Override
        public void ended(String why) {
            transaction.abandon(why + "; it was rolled back", Reason.SHUTDOWN);
        }
    }

    private String noLongerPrimary() {
        return "its node is no longer the primary of " + databaseName + "; it was rolled back";
    }

    /** Begins nothing more and waits for what is open; what has not ended by the deadline is rolled back. */
    public void finish(Deadline deadline) throws InterruptedException {
        finishing = true;
        long seen = endings.currentValue();
        while (!open.isEmpty() && !deadline.hasPassed()) {
            boolean ignored = endings.await(seen + 1, deadline);
            seen = endings.currentValue();
        }
        close();
    }

    /** How many are open or wait for their turn. */
    public int count() {
        return open.size();
    }

    public TransactionSettings settings() {
        return settings;
    }

    /**
     * Brings a step to its transaction, or begins that, and waits for the answer.
     *
     * @param startBy when a transaction whose turn has not come is refused
     */
    public ExecuteOutcome step(TransactionStep step, Deadline startBy) throws InterruptedException {
        OpenTransaction transaction = open.get(step.transaction());
        if (transaction == null) {
            transaction = ended.find(step.transaction());
        }
        if (transaction == null) {
            if (!step.isFirst()) {
                return unknown(step);
            }
            if (finishing) {
                return new ExecuteOutcome.Failed(ErrorResponse.of(Kind.NO_PRIMARY, "Not begun: " + noLongerPrimary())
                        .withId(step.answerId()));
            }
            if (open.size() >= settings.maxTransactions()) {
                return overloaded(step);
            }
            transaction = begin(step, startBy);
        }
        return step.action() instanceof TransactionStep.Commit commit
                ? commit(transaction, step, commit)
                : await(transaction, transaction.offer(step));
    }

    /** Whoever asks for the outcome of this request from now on waits for it. */
    private ExecuteOutcome commit(OpenTransaction transaction, TransactionStep step, TransactionStep.Commit commit)
            throws InterruptedException {
        RequestId id = commit.id();
        String impossible = commitment.whyImpossible(commit.durability());
        if (impossible != null) {
            transaction.abandon(impossible, Reason.CANCELLED);
            return new ExecuteOutcome.Failed(ErrorResponse.of(Kind.REFUSED, impossible + " It was rolled back.")
                    .withId(id));
        }
        try {
            return new ExecuteOutcome.Done(
                    outcomes.once(id, () -> CommitFailedException.orResponse(transaction.offer(step)))
                            .get());
        } catch (ExecutionException failed) {
            ExecuteOutcome told = CommitFailedException.outcomeOf(failed.getCause());
            if (told != null) {
                return told;
            }
            if (failed.getCause() instanceof WriteFailedException write
                    && write.outcome() == WriteFailedException.Outcome.UNKNOWN) {
                return new ExecuteOutcome.Failed(new ErrorResponse(
                        Kind.OUTCOME_UNKNOWN, String.valueOf(write.getMessage()), 0, 0, null, true, id, null));
            }
            String why = "its COMMIT was not carried out: " + failed.getCause();
            transaction.abandon(why, Reason.CANCELLED);
            return transaction.lost(why);
        }
    }

    private ExecuteOutcome unknown(TransactionStep step) {
        return new ExecuteOutcome.Failed(ErrorResponse.of(
                        Kind.TRANSACTION_LOST,
                        "This node knows no such transaction: it ended a while ago, or with a former primary.")
                .withId(step.answerId()));
    }

    private ExecuteOutcome overloaded(TransactionStep step) {
        return new ExecuteOutcome.Failed(ErrorResponse.of(
                        Kind.OVERLOADED,
                        "There are max-transactions = " + settings.maxTransactions()
                                + " transactions already; nothing was executed.")
                .withId(step.answerId()));
    }

    private OpenTransaction begin(TransactionStep first, Deadline startBy) {
        OpenTransaction made = new OpenTransaction(first, settings, clock);
        OpenTransaction known = open.putIfAbsent(made.id(), made);
        if (known != null) {
            return known;
        }
        var ignored = made.offer(first);
        var unused = writer.submit(new TransactionRun(made, executor, pages, surroundings), startBy)
                .whenComplete((done, failure) -> finish(made, done, failure));
        return made;
    }

    private ExecuteOutcome await(OpenTransaction transaction, Step step) throws InterruptedException {
        Deadline deadline = deadline(step.message());
        while (true) {
            long slice = LOOK_MILLIS;
            if (deadline != null) {
                slice = Math.min(slice, Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos())));
            }
            try {
                return step.answer().get(slice, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                transaction.stopIfSilent();
                if (deadline != null && deadline.hasPassed()) {
                    transaction.stop(step, Reason.TIMED_OUT);
                    deadline = null;
                }
            } catch (ExecutionException impossible) {
                throw new IllegalStateException("a step is answered, never failed", impossible);
            }
        }
    }

    private @Nullable Deadline deadline(TransactionStep step) {
        long millis = 0;
        if (step.action() instanceof TransactionStep.Execute execute) {
            millis = execute.request().timeoutMillis();
        } else if (step.action() instanceof TransactionStep.Upgrade upgrade) {
            millis = upgrade.timeoutMillis();
        }
        return millis == 0 ? null : Deadline.after(Duration.ofMillis(millis), clock);
    }

    /** The client of a transaction lives. @return whether it is open */
    public boolean showLife(RequestId id) {
        OpenTransaction transaction = open.get(id);
        if (transaction == null) {
            return false;
        }
        transaction.showLife();
        return true;
    }

    /** Interrupts the statement that runs in a transaction, if one does. @return whether it is open */
    public boolean cancel(RequestId id) {
        OpenTransaction transaction = open.get(id);
        if (transaction == null) {
            return false;
        }
        transaction.cancel();
        return true;
    }

    /** Rolls a transaction back whose client has gone. Returns at once. @return whether it is open */
    public boolean abandon(RequestId id) {
        OpenTransaction transaction = open.get(id);
        if (transaction == null) {
            return false;
        }
        transaction.abandon("its client has aborted its connection; it was rolled back", Reason.CLIENT_GONE);
        return true;
    }

    /** Rolls back what is open, and begins nothing more. Returns at once: the writer's thread does it. */
    public void close() {
        closed = true;
        for (OpenTransaction transaction : open.values()) {
            transaction.abandon(noLongerPrimary(), Reason.SHUTDOWN);
        }
    }

    private void finish(
            OpenTransaction transaction, @Nullable Acknowledged<ExecuteResponse> done, @Nullable Throwable failure) {
        if (transaction.hasBegun()) {
            ended.add(transaction);
        }
        open.remove(transaction.id());
        endings.advance(endings.currentValue() + 1);
        if (done != null) {
            ExecuteResponse response =
                    done.result().at(done.position().epoch(), done.position().txid());
            transaction.end("it was committed", new ExecuteOutcome.Done(response));
        } else {
            awaitVoters(transaction, failure);
            String why = String.valueOf(failure == null ? null : failure.getMessage());
            transaction.end(why, failed(transaction, failure, why));
        }
    }

    /** Before anybody is told that it is late: whoever asks then must find it. */
    private void awaitVoters(OpenTransaction transaction, @Nullable Throwable failure) {
        RequestId commit = transaction.committing();
        if (commit != null && failure instanceof UnsettledWriteException unsettled) {
            outcomes.awaitVoters(commit, unsettled);
        }
    }

    private static ExecuteOutcome failed(OpenTransaction transaction, @Nullable Throwable failure, String why) {
        if (failure instanceof TransactionEndedException ended) {
            return ended.wasWanted()
                    ? new ExecuteOutcome.Done(ExecuteResponse.empty(transaction.id()))
                    : transaction.lost(why);
        }
        RequestId commit = transaction.committing();
        boolean inBetween = transaction.hasBegun() && commit == null;
        if (inBetween) {
            return transaction.lost(why);
        }
        RequestId id = commit == null ? transaction.id() : commit;
        if (failure instanceof WriteFailedException write) {
            boolean unknown = commit != null && write.outcome() == WriteFailedException.Outcome.UNKNOWN;
            Kind kind = unknown ? Kind.OUTCOME_UNKNOWN : Kind.NO_PRIMARY;
            return new ExecuteOutcome.Failed(new ErrorResponse(kind, why, 0, 0, null, unknown, id, null));
        }
        return failure instanceof SQLException sql
                ? new ExecuteOutcome.Failed(SqliteErrors.toResponse(sql).withId(id))
                : transaction.lost(why);
    }
}
