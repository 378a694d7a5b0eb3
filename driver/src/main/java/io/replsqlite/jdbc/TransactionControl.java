package io.replsqlite.jdbc;

import io.replsqlite.route.SqlStatement;
import io.replsqlite.route.TransactionCommand;
import io.replsqlite.session.RemoteTransactions;
import io.replsqlite.session.Session;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * JDBC's transaction rules over two kinds of transactions: a read-only one keeps a local snapshot, any other runs at the
 * primary from its first statement on. The same transactions may be driven by SQL text.
 */
final class TransactionControl {
    private final Session session;
    private boolean autoCommit = true;
    private boolean readOnly;
    private int savepoints;

    /** The savepoint that stands for BEGIN, if one does: its release commits. */
    private @Nullable String outermost;

    TransactionControl(Session session) {
        this.session = session;
    }

    private Connection local() {
        return session.mainLane().connection();
    }

    private RemoteTransactions remote() {
        return session.transactions();
    }

    boolean isLocal() throws SQLException {
        return !local().getAutoCommit();
    }

    boolean isAutoCommit() {
        return autoCommit;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /** Switching it on commits, as JDBC has it. Switching it off calls nobody. */
    void setAutoCommit(boolean wanted) throws SQLException {
        if (wanted == autoCommit) {
            return;
        }
        if (wanted) {
            commitOpen();
        } else {
            begin();
        }
        autoCommit = wanted;
    }

    private void begin() throws SQLException {
        if (readOnly && session.keepsSnapshots()) {
            local().setAutoCommit(false);
        } else if (!remote().isActive()) {
            remote().begin();
        }
    }

    private void commitOpen() throws SQLException {
        if (isLocal()) {
            local().setAutoCommit(true);
        } else {
            remote().commit();
        }
    }

    void setReadOnly(boolean wanted) throws SQLException {
        if (wanted == readOnly) {
            return;
        }
        boolean begunByText = autoCommit && remote().isActive();
        if (isLocal() || remote().hasBegun() || begunByText) {
            throw new SQLException("setReadOnly is not possible during a transaction");
        }
        boolean waiting = remote().isActive();
        remote().abandon();
        readOnly = wanted;
        if (waiting) {
            begin();
        }
    }

    void commit() throws SQLException {
        requireTransaction();
        if (isLocal()) {
            local().commit();
        } else {
            remote().commit();
            beginAgain();
        }
    }

    void rollback() throws SQLException {
        requireTransaction();
        if (isLocal()) {
            local().rollback();
        } else {
            remote().rollback();
            beginAgain();
        }
    }

    /** One begun by text may be ended by these methods too: a lost one must not stay with the connection. */
    private void requireTransaction() throws SQLException {
        if (autoCommit && !remote().isActive()) {
            throw new SQLException("database in auto-commit mode");
        }
    }

    private void beginAgain() throws SQLException {
        outermost = null;
        if (!autoCommit) {
            begin();
        }
    }

    Savepoint setSavepoint(@Nullable String name) throws SQLException {
        if (autoCommit) {
            throw new SQLFeatureNotSupportedException("a savepoint needs a transaction: setAutoCommit(false) first");
        }
        if (isLocal()) {
            return name == null ? local().setSavepoint() : local().setSavepoint(name);
        }
        RemoteSavepoint savepoint = new RemoteSavepoint(++savepoints, name);
        remote().savepoint(Verb.SAVEPOINT, savepoint.sqlName());
        return savepoint;
    }

    void release(Savepoint savepoint) throws SQLException {
        if (savepoint instanceof RemoteSavepoint remote) {
            remote().savepoint(Verb.RELEASE, remote.sqlName());
        } else {
            local().releaseSavepoint(savepoint);
        }
    }

    void rollback(Savepoint savepoint) throws SQLException {
        if (savepoint instanceof RemoteSavepoint remote) {
            remote().savepoint(Verb.ROLLBACK_TO, remote.sqlName());
        } else {
            local().rollback(savepoint);
        }
    }

    /** Refuses text where it would act behind the back of JDBC's own methods. */
    void requireTextPossible() throws SQLException {
        if (readOnly || isLocal()) {
            throw new SQLFeatureNotSupportedException("use setAutoCommit, commit and rollback instead of transaction"
                    + " control as text on a read-only connection");
        }
    }

    /** As in sqlite-jdbc, getAutoCommit stays true in a transaction begun by text. */
    void run(SqlStatement statement) throws SQLException {
        requireTextPossible();
        TransactionCommand command = TransactionCommand.of(statement);
        if (command instanceof TransactionCommand.Begin) {
            remote().begin();
        } else if (command instanceof TransactionCommand.Commit) {
            remote().commit();
            beginAgain();
        } else if (command instanceof TransactionCommand.Rollback) {
            remote().rollback();
            beginAgain();
        } else if (command instanceof TransactionCommand.Savepoint savepoint) {
            savepoint(savepoint.name());
        } else if (command instanceof TransactionCommand.Release release) {
            release(release.name());
        } else if (command instanceof TransactionCommand.RollbackTo back) {
            remote().savepoint(Verb.ROLLBACK_TO, back.name());
        }
    }

    private void savepoint(String name) throws SQLException {
        if (!remote().isActive()) {
            remote().begin();
            outermost = name;
        }
        remote().savepoint(Verb.SAVEPOINT, name);
    }

    private void release(String name) throws SQLException {
        if (name.equals(outermost)) {
            remote().commit();
            beginAgain();
        } else {
            remote().savepoint(Verb.RELEASE, name);
        }
    }
}
