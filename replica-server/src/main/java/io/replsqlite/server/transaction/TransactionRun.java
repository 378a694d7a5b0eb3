package io.replsqlite.server.transaction;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Position;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.outcome.OutcomeEntry;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.TransactionStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction's turn at the writer: serves its steps until COMMIT, which the writer carries out like that of any write,
 * or throws, so that the writer rolls back.
 */
final class TransactionRun implements WriteWork<ExecuteResponse> {
    /** How soon the loss of the lease, or a neighbour that has waited too long, is noticed. */
    private static final long LOOK_MILLIS = 50;

    private static final int CONSTRAINT_FOREIGN_KEY = 787;

    /** What the loop asks of its surroundings, on the writer's thread. */
    interface Surroundings {
        /** Why no transaction may go on here; null if they may. */
        @Nullable
        String whyOver();

        /** What everybody sees while this transaction is open. */
        Position durableHead();

        /** Calls when what everybody sees up to here is committed, at once if it is. */
        void whenCommitted(Position seen, OpenTransaction transaction, Runnable then);

        /** Time passes without a step. */
        void whileWaiting();
    }

    private final OpenTransaction transaction;
    private final StatementExecutor executor;
    private final PageLimits pages;
    private final Surroundings surroundings;
    private Durability durability = Durability.LOCAL;

    TransactionRun(
            OpenTransaction transaction, StatementExecutor executor, PageLimits pages, Surroundings surroundings) {
        this.transaction = transaction;
        this.executor = executor;
        this.pages = pages;
        this.surroundings = surroundings;
    }

    @Override
    public Sharing sharing() {
        return Sharing.INTERACTIVE;
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public byte[] outcome(ExecuteResponse response) {
        return OutcomeEntry.of(response).encode();
    }

    @Override
    public Map<String, String> sessionSettings() {
        return transaction.settings();
    }

    /** A foreign key that is broken at COMMIT can be repaired: SQLite leaves the transaction open. */
    @Override
    public boolean goesOnAfter(SQLException refusedCommit) {
        ErrorResponse why = SqliteErrors.toResponse(refusedCommit);
        boolean open = why.resultCode() == CONSTRAINT_FOREIGN_KEY;
        if (open) {
            transaction.refuseCommit(why);
        }
        return open;
    }

    @Override
    public ExecuteResponse run(Connection connection) throws SQLException {
        transaction.begin();
        try (StepRunner runner =
                new StepRunner(connection, executor, pages, transaction.control(), surroundings::durableHead)) {
            while (true) {
                Step step = next();
                if (step.message().action() instanceof TransactionStep.Commit commit) {
                    durability = commit.durability();
                    return ExecuteResponse.empty(commit.id());
                }
                if (step.message().action() instanceof TransactionStep.Rollback) {
                    throw TransactionEndedException.byClient();
                }
                ExecuteOutcome outcome = runner.run(step.message());
                answer(step, outcome);
                if (outcome instanceof ExecuteOutcome.Failed failed
                        && step.message().action() instanceof TransactionStep.Upgrade) {
                    throw TransactionEndedException.lost(failed.error().message());
                }
                if (runner.isRolledBack()) {
                    throw TransactionEndedException.lost("SQLite has rolled it back: "
                            + ((ExecuteOutcome.Failed) outcome).error().message());
                }
            }
        }
    }

    /** Says what the client has seen, as long as nothing of its own is committed; and that only once it is committed. */
    private void answer(Step step, ExecuteOutcome outcome) {
        Position seen = surroundings.durableHead();
        ExecuteOutcome placed = outcome instanceof ExecuteOutcome.Done done
                ? new ExecuteOutcome.Done(done.response().at(seen.epoch(), seen.txid()))
                : outcome;
        surroundings.whenCommitted(seen, transaction, () -> transaction.answer(step, placed));
    }

    private Step next() throws SQLException {
        while (true) {
            requireGoingOn();
            Step step = poll();
            if (step != null) {
                requireGoingOn();
                return step;
            }
            surroundings.whileWaiting();
        }
    }

    private void requireGoingOn() throws TransactionEndedException {
        String elsewhere = surroundings.whyOver();
        String why = elsewhere != null ? elsewhere : transaction.whyOver();
        if (why != null) {
            throw TransactionEndedException.lost(why);
        }
    }

    private @Nullable Step poll() throws TransactionEndedException {
        try {
            return transaction.poll(LOOK_MILLIS);
        } catch (InterruptedException nobodyMay) { // see the package commit; the flag stays down, it would close files
            throw TransactionEndedException.lost("the writer's thread was interrupted");
        }
    }
}
