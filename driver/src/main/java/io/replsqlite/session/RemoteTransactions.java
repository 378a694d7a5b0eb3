package io.replsqlite.session;

import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The read-write transaction of one connection, if it is in one. BEGIN calls nobody. */
public final class RemoteTransactions {
    private final Supplier<RemoteTransaction> maker;
    private final Consumer<ExecuteResponse> onCommit;
    private final Runnable onEnd;
    private @Nullable RemoteTransaction current;

    /** @param onEnd runs after COMMIT and ROLLBACK alike */
    RemoteTransactions(Supplier<RemoteTransaction> maker, Consumer<ExecuteResponse> onCommit, Runnable onEnd) {
        this.maker = maker;
        this.onCommit = onCommit;
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
        ExecuteResponse response =
                require("cannot commit - no transaction is active").commit();
        current = null;
        onEnd.run();
        if (response != null) {
            onCommit.accept(response);
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
