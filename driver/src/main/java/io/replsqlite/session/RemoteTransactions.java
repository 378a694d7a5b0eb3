package io.replsqlite.session;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The read-write transaction of one connection, if it is in one. BEGIN calls nobody. */
public final class RemoteTransactions {
    private final Supplier<RemoteTransaction> maker;
    private final Consumer<ExecuteResponse> onCommit;
    private final LostCommit lostCommit;
    private final Runnable onEnd;
    private @Nullable RemoteTransaction current;

    /** Finds out what became of a COMMIT without an answer. */
    interface LostCommit {
        /** @throws SQLException if that cannot be found out */
        boolean hasHappened(OutcomeUnknownException unknown) throws SQLException;
    }

    /** @param onEnd runs after COMMIT and ROLLBACK alike */
    RemoteTransactions(
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
        return current != null && current.hasBegun();
    }

    public void begin() throws SQLException {
        if (current != null) {
            throw new SQLException("cannot start a transaction within a transaction", null, 1);
        }
        current = maker.get();
    }

    public void savepoint(Verb verb, String name) throws SQLException {
        require("no such savepoint: " + name).savepoint(verb, name);
    }

    /** @throws SQLException why it is not committed; then the connection stays in the transaction until rollback */
    public void commit() throws SQLException {
        ExecuteResponse response = commitOnce(require("cannot commit - no transaction is active"));
        current = null;
        onEnd.run();
        if (response != null) {
            onCommit.accept(response);
        }
    }

    private @Nullable ExecuteResponse commitOnce(RemoteTransaction transaction) throws SQLException {
        try {
            return transaction.commit();
        } catch (OutcomeUnknownException unknown) {
            if (lostCommit.hasHappened(unknown)) {
                return null;
            }
            throw new SQLTransactionRollbackException(
                    "the node died before it had committed the transaction", "40001", unknown);
        }
    }

    public void rollback() throws SQLException {
        require("cannot rollback - no transaction is active").rollback();
        current = null;
        onEnd.run();
    }

    /** Leaves the transaction, if there is one, without an error. */
    public void abandon() {
        if (current != null) {
            current.rollback();
            current = null;
        }
    }

    private RemoteTransaction require(String otherwise) throws SQLException {
        if (current == null) {
            throw new SQLException(otherwise, null, 1);
        }
        return current;
    }
}
