package io.replsqlite.session;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Ticker;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.forward.StepReply;
import io.replsqlite.forward.TransactionClient;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transaction at the primary as its connection sees it. It begins with its first step. Once it is lost, every use fails
 * with SQLState 40001 until {@link #rollback}, which always succeeds: what follows must not run outside a transaction.
 */
final class RemoteTransaction implements ResultPages {
    private static final System.Logger LOG = System.getLogger(RemoteTransaction.class.getName());

    /** Closing a connection does not wait longer for a primary that is gone. */
    private static final Duration ROLLBACK_PATIENCE = Duration.ofSeconds(2);

    /** Of a COMMIT that a deferred foreign key holds back: as in SQLite, the transaction stays open for repair. */
    private static final String FOREIGN_KEY_STATE = "23503";

    /** A transaction whose client is gone must not keep the only writer, so primaries are shown that this process lives. */
    private static final Ticker LIFE_SIGNS = new Ticker("life-signs", Duration.ofSeconds(1));

    private final RequestId id = RequestId.random();
    private final TransactionClient client;
    private final DriverConfig config;
    private final Supplier<Map<String, String>> settings;
    private final Supplier<Epoch> epoch;
    private final Supplier<Durability> durability;
    private final MonotonicClock clock;
    private final Ticker.Tick lifeSign;
    private long sequence;
    private boolean ended;
    private @Nullable String lost;

    RemoteTransaction(
            PrimaryClient primary,
            DriverConfig config,
            Supplier<Map<String, String>> settings,
            Supplier<Epoch> epoch,
            Supplier<Durability> durability,
            MonotonicClock clock) {
        this.client = new TransactionClient(primary, config.databaseName(), id, clock);
        this.config = config;
        this.settings = settings;
        this.epoch = epoch;
        this.durability = durability;
        this.clock = clock;
        this.lifeSign = client::showLife;
    }

    boolean hasBegun() {
        return sequence > 0;
    }

    /** @throws SQLException of the statement, after which the transaction goes on, or 40001 */
    ExecuteResponse execute(ExecuteRequest request, Deadline deadline) throws SQLException {
        return step(new TransactionStep.Execute(request), deadline);
    }

    /**
     * Begins it on the state that the snapshot of its earlier reads shows.
     *
     * @throws SQLException 40001 if that is not possible any more; then the transaction is lost
     */
    void upgrade(TransactionStep.Upgrade upgrade, Deadline deadline) throws SQLException {
        try {
            ExecuteResponse ignored = step(upgrade, deadline);
        } catch (SQLException refused) {
            if (hasBegun() && lost == null) {
                lose(String.valueOf(refused.getMessage()));
            }
            throw refused;
        }
    }

    void savepoint(Verb verb, String name) throws SQLException {
        ExecuteResponse ignored = step(new TransactionStep.Savepoint(verb, name), writeDeadline());
    }

    @Override
    public Rows next(long cursor) throws SQLException {
        if (ended) {
            throw new SQLException(
                    "the result ended with its transaction: read it to its end before COMMIT or ROLLBACK");
        }
        Rows rows = step(new TransactionStep.Fetch(cursor), writeDeadline()).rows();
        if (rows == null) {
            throw new SQLException("the primary answered without a page of the result");
        }
        return rows;
    }

    @Override
    public void close(long cursor) {
        if (ended || lost != null) {
            return;
        }
        try {
            ExecuteResponse ignored = step(new TransactionStep.Close(cursor), writeDeadline());
        } catch (SQLException failure) {
            LOG.log(System.Logger.Level.DEBUG, "a result was not closed; the next step says why", failure);
        }
    }

    /**
     * @return null if nothing had begun
     * @throws OutcomeUnknownException if no answer came; then the transaction is lost, committed or not
     */
    @Nullable
    ExecuteResponse commit() throws SQLException {
        requireNotLost();
        if (!hasBegun()) {
            ended = true;
            return null;
        }
        try {
            ExecuteResponse response =
                    step(new TransactionStep.Commit(RequestId.random(), durability.get()), writeDeadline());
            end();
            return response;
        } catch (SQLException refused) {
            if (lost == null && !FOREIGN_KEY_STATE.equals(refused.getSQLState())) {
                lose("COMMIT failed and rolled it back: " + refused.getMessage());
            }
            throw refused;
        }
    }

    void rollback() {
        if (hasBegun() && lost == null && !ended) {
            try {
                ExecuteResponse ignored =
                        step(new TransactionStep.Rollback(), Deadline.after(ROLLBACK_PATIENCE, clock));
            } catch (SQLException gone) {
                LOG.log(System.Logger.Level.DEBUG, "the primary rolls the transaction back by itself", gone);
            }
        }
        end();
    }

    private void end() {
        ended = true;
        LIFE_SIGNS.remove(lifeSign);
    }

    /** From any thread. */
    void cancel() {
        client.cancel();
    }

    /** Leaves it to the primary to roll back, without waiting. From any thread. */
    void abort() {
        LIFE_SIGNS.remove(lifeSign);
        client.abandon();
    }

    private Deadline writeDeadline() {
        return Deadline.after(config.writeTimeout(), clock);
    }

    private ExecuteResponse step(TransactionStep.Action action, Deadline deadline) throws SQLException {
        requireNotLost();
        TransactionStep step =
                new TransactionStep(id, sequence + 1, config.databaseName(), settings.get(), epoch.get(), action);
        if (!hasBegun()) {
            LIFE_SIGNS.add(lifeSign);
        }
        StepReply reply = send(step, deadline);
        sequence = step.sequence();
        if (reply instanceof StepReply.Done done) {
            return done.response();
        }
        if (reply instanceof StepReply.Unknown unknown) {
            String why =
                    "COMMIT was sent and no answer came, the transaction may have been committed: " + unknown.problem();
            lose(why);
            throw new OutcomeUnknownException(why, step.answerId().toString(), unknown.problem());
        }
        if (reply instanceof StepReply.Lost gone) {
            lose(gone.why());
            throw lostException();
        }
        throw refused(((StepReply.Refused) reply).error(), step);
    }

    private StepReply send(TransactionStep step, Deadline deadline) throws SQLException {
        try {
            return client.send(step, deadline);
        } catch (SQLException notBegun) {
            LIFE_SIGNS.remove(lifeSign);
            throw notBegun;
        }
    }

    private SQLException refused(ErrorResponse error, TransactionStep step) {
        switch (error.kind()) {
            case TRANSACTION_LOST, OUTCOME_UNKNOWN, INTERNAL, UNAUTHORIZED, UNKNOWN_DATABASE -> lose(error.message());
            default -> {} // of the statement; the transaction is open
        }
        return PrimaryErrors.toException(error, step.answerId());
    }

    private void lose(String why) {
        lost = why;
        LIFE_SIGNS.remove(lifeSign);
    }

    private void requireNotLost() throws SQLException {
        if (lost != null) {
            throw lostException();
        }
    }

    private SQLException lostException() {
        return new SQLTransactionRollbackException(
                "the transaction is lost, roll it back and start again: " + lost, "40001");
    }
}
