package io.replsqlite.jdbc;

import io.replsqlite.route.SqlStatement;
import io.replsqlite.route.TransactionCommand;
import io.replsqlite.session.Session;
import io.replsqlite.session.Transactions;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/** JDBC's transaction rules. The same transactions may be driven by SQL text. */
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

    private Transactions current() {
        return session.transactions();
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
            current().commit();
        } else {
            begin();
        }
        autoCommit = wanted;
    }

    private void begin() throws SQLException {
        if (!current().isActive()) {
            session.begin(readOnly);
        }
    }

    void setReadOnly(boolean wanted) throws SQLException {
        if (wanted == readOnly) {
            return;
        }
        boolean begunByText = autoCommit && current().isActive();
        if (current().holdsSnapshot() || current().hasBegun() || begunByText) {
            throw new SQLException("setReadOnly is not possible during a transaction");
        }
        boolean waiting = current().isActive();
        current().abandon();
        readOnly = wanted;
        if (waiting) {
            begin();
        }
    }

    void commit() throws SQLException {
        requireTransaction();
        current().commit();
        beginAgain();
    }

    void rollback() throws SQLException {
        requireTransaction();
        current().rollback();
        beginAgain();
    }

    /** One begun by text may be ended by these methods too: a lost one must not stay with the connection. */
    private void requireTransaction() throws SQLException {
        if (autoCommit && !current().isActive()) {
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
        TransactionSavepoint savepoint = new TransactionSavepoint(++savepoints, name);
        current().savepoint(Verb.SAVEPOINT, savepoint.sqlName());
        return savepoint;
    }

    void release(Savepoint savepoint) throws SQLException {
        current().savepoint(Verb.RELEASE, sqlName(savepoint));
    }

    void rollback(Savepoint savepoint) throws SQLException {
        current().savepoint(Verb.ROLLBACK_TO, sqlName(savepoint));
    }

    private static String sqlName(Savepoint savepoint) throws SQLException {
        if (savepoint instanceof TransactionSavepoint own) {
            return own.sqlName();
        }
        throw new SQLException("the savepoint was not set by a connection of this driver");
    }

    /** Refuses text where it would act behind the back of JDBC's own methods. */
    void requireTextPossible() throws SQLException {
        if (readOnly) {
            throw new SQLFeatureNotSupportedException("use setAutoCommit, commit and rollback instead of transaction"
                    + " control as text on a read-only connection");
        }
    }

    /** As in sqlite-jdbc, getAutoCommit stays true in a transaction begun by text. */
    void run(SqlStatement statement) throws SQLException {
        requireTextPossible();
        TransactionCommand command = TransactionCommand.of(statement);
        if (command instanceof TransactionCommand.Begin) {
            session.begin(false);
        } else if (command instanceof TransactionCommand.Commit) {
            current().commit();
            beginAgain();
        } else if (command instanceof TransactionCommand.Rollback) {
            current().rollback();
            beginAgain();
        } else if (command instanceof TransactionCommand.Savepoint savepoint) {
            savepoint(savepoint.name());
        } else if (command instanceof TransactionCommand.Release release) {
            release(release.name());
        } else if (command instanceof TransactionCommand.RollbackTo back) {
            current().savepoint(Verb.ROLLBACK_TO, back.name());
        }
    }

    private void savepoint(String name) throws SQLException {
        if (!current().isActive()) {
            session.begin(false);
            outermost = name;
        }
        current().savepoint(Verb.SAVEPOINT, name);
    }

    private void release(String name) throws SQLException {
        if (name.equalsIgnoreCase(outermost)) {
            current().commit();
            beginAgain();
        } else {
            current().savepoint(Verb.RELEASE, name);
        }
    }
}
