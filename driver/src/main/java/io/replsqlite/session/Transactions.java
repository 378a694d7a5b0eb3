package io.replsqlite.session;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Txid;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of one connection, if it is in one. BEGIN calls nobody. A transaction that may begin on the replica has
 * a local phase until its first statement that must run at the primary; without one it runs there from its first statement.
 */
public final class Transactions {
    private final Supplier<RemoteTransaction> maker;
    private final Consumer<ExecuteResponse> onCommit;
    private final LostCommit lostCommit;
    private final Runnable onEnd;

    // Volatile for abort, which comes from any thread.
    private volatile @Nullable RemoteTransaction current;
    private @Nullable LocalPhase localPhase;

    /** Finds out what became of a COMMIT without an answer. */
    interface LostCommit {
        /** Whatever a COMMIT that is sent from now on commits comes after this. */
        Txid knownBefore();

        /** @throws OutcomeUnknownException if that cannot be found out */
        boolean hasHappened(OutcomeUnknownException unknown, Txid sentAfter) throws OutcomeUnknownException;
    }

    /** @param onEnd runs after COMMIT and ROLLBACK alike */
    Transactions(
            Supplier<RemoteTransaction> maker,
            Consumer<ExecuteResponse> onCommit,
            LostCommit lostCommit,
            Runnable onEnd) {
        this.maker = maker;
        this.onCommit = onCommit;
        this.lostCommit = lostCommit;
        this.onEnd = onEnd;
    }

    @Nullable
    RemoteTransaction current() {
        return current;
    }

    public boolean isActive() {
        return current != null;
    }

    /** Whether the primary knows of it. */
    public boolean hasBegun() {
        RemoteTransaction transaction = current;
        return transaction != null && transaction.hasBegun();
    }

    /** @param start null: at the primary from the first statement on */
    void begin(@Nullable LocalPhase start) throws SQLException {
        if (current != null) {
            throw SqliteErrors.error("cannot start a transaction within a transaction");
        }
        current = maker.get();
        localPhase = start;
    }

    /** What the transaction reads on the replica from its first read on; null if it does not, or not yet. */
    LocalPhase.@Nullable SnapshotMark snapshot() {
        LocalPhase phase = localPhase;
        return phase == null ? null : phase.snapshot();
    }

    public boolean holdsSnapshot() {
        return snapshot() != null;
    }

    /** Whether the next read decides where the transaction runs. */
    public boolean mayTakeSnapshot() {
        LocalPhase phase = localPhase;
        return phase != null && phase.snapshot() == null;
    }

    /** @param mark what the replica file shows at least */
    void takeSnapshot(LocalPhase.SnapshotMark mark) throws SQLException {
        LocalPhase phase = localPhase;
        if (phase == null) {
            throw new IllegalStateException("the transaction runs at the primary");
        }
        phase.takeSnapshot(mark);
    }

    /**
     * The snapshot must not be shown, and nothing of it was: the transaction stands at its beginning again, and so do
     * temporary tables.
     */
    void leaveSnapshot() throws SQLException {
        LocalPhase phase = localPhase;
        if (phase != null) {
            phase.rollback();
        }
    }

    /** What was found of the snapshot that the transaction reads; null if nothing was, or it reads none. */
    LocalPhase.@Nullable Settled settled() {
        LocalPhase phase = localPhase;
        return phase == null ? null : phase.settled();
    }

    void settled(@Nullable ReadPermit permit) {
        LocalPhase phase = localPhase;
        if (phase != null && phase.snapshot() != null) {
            phase.settled(permit);
        }
    }

    public void savepoint(Verb verb, String name) throws SQLException {
        RemoteTransaction transaction = require("no such savepoint: " + name);
        if (localPhase != null) {
            localPhase.savepoint(verb, name);
        } else {
            transaction.savepoint(verb, name);
        }
    }

    /** Before a step to the primary, which from then on serves the whole transaction. */
    void moveToPrimary(RemoteTransaction transaction, Deadline deadline) throws SQLException {
        LocalPhase phase = localPhase;
        if (phase == null) {
            return;
        }
        upgrade(transaction, phase, deadline);
        while (!phase.savepoints().isEmpty()) {
            transaction.savepoint(Verb.SAVEPOINT, phase.savepoints().get(0));
            phase.savepoints().remove(0);
        }
        localPhase = null;
        phase.end();
    }

    /** If no primary takes it, the transaction stays where it is and the statement may be tried again. */
    private void upgrade(RemoteTransaction transaction, LocalPhase phase, Deadline deadline) throws SQLException {
        TransactionStep.Upgrade upgrade = transaction.hasBegun() ? null : phase.upgrade(deadline);
        if (upgrade == null) {
            return;
        }
        try {
            transaction.upgrade(upgrade, deadline);
        } catch (SQLException refused) {
            if (transaction.hasBegun()) {
                localPhase = null;
                phase.end();
            }
            throw refused;
        }
    }

    /** Takes what the transaction reads on its snapshot; null if nothing has to be taken. */
    public @Nullable RecordedReads reads() {
        LocalPhase phase = localPhase;
        return phase == null ? null : phase.reads();
    }

    /** @throws SQLException why it is not committed; then the connection stays in the transaction until rollback */
    public void commit() throws SQLException {
        ExecuteResponse response = commitOnce(require("cannot commit - no transaction is active"));
        LocalPhase phase = forget();
        if (phase != null) {
            phase.end();
        }
        onEnd.run();
        if (response != null) {
            onCommit.accept(response);
        }
    }

    private @Nullable ExecuteResponse commitOnce(RemoteTransaction transaction) throws SQLException {
        Txid sentAfter = lostCommit.knownBefore(); // not later: the replica may soon show this very commit
        try {
            return transaction.commit();
        } catch (OutcomeUnknownException unknown) {
            if (lostCommit.hasHappened(unknown, sentAfter)) {
                return null;
            }
            throw new SQLTransactionRollbackException(
                    "the node died before it had committed the transaction", "40001", unknown);
        }
    }

    public void rollback() throws SQLException {
        require("cannot rollback - no transaction is active").rollback();
        LocalPhase phase = forget();
        onEnd.run();
        if (phase != null) {
            phase.rollback();
        }
    }

    private @Nullable LocalPhase forget() {
        LocalPhase phase = localPhase;
        current = null;
        localPhase = null;
        return phase;
    }

    /** Leaves the transaction, if there is one, without an error. */
    public void abandon() {
        RemoteTransaction transaction = current;
        if (transaction != null) {
            transaction.rollback();
            LocalPhase ignored = forget();
        }
    }

    /** From any thread; waits for nobody. */
    void abort() {
        RemoteTransaction transaction = current;
        if (transaction != null) {
            transaction.abort();
        }
    }

    private RemoteTransaction require(String otherwise) throws SQLException {
        RemoteTransaction transaction = current;
        if (transaction == null) {
            throw SqliteErrors.error(otherwise);
        }
        return transaction;
    }
}
