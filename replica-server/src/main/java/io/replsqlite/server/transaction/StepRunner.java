package io.replsqlite.server.transaction;

import io.replsqlite.base.Position;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.commit.SessionSettings;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.OpenCursors;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.execute.StatementControl;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import io.replsqlite.wire.TransactionStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What each step between BEGIN and the end does to the connection. For the writer's thread. */
final class StepRunner implements AutoCloseable {
    private final Connection connection;
    private final StatementExecutor executor;
    private final StatementControl control;
    private final OpenCursors cursors;
    private final SnapshotCheck snapshotCheck;
    private final Supplier<Position> head;
    private boolean rolledBack;

    /** @param head what the transaction sees before its first write */
    StepRunner(
            Connection connection,
            StatementExecutor executor,
            PageLimits pages,
            StatementControl control,
            Supplier<Position> head) {
        this.connection = connection;
        this.executor = executor;
        this.control = control;
        this.cursors = new OpenCursors(pages);
        this.snapshotCheck = new SnapshotCheck(connection, executor, pages);
        this.head = head;
    }

    /** Whether SQLite has rolled the transaction back itself in the last step. */
    boolean isRolledBack() {
        return rolledBack;
    }

    ExecuteOutcome run(TransactionStep step) throws SQLException {
        if (!control.begin(connection)) {
            control.clear();
            return failed(ErrorResponse.of(Kind.TIMED_OUT, "The statement was stopped before it began."), step);
        }
        ExecuteOutcome outcome;
        try {
            outcome = act(step);
        } catch (SQLException failure) {
            outcome = failed(SqliteErrors.toResponse(failure), step);
        } finally {
            control.end();
        }
        Reason stopped = control.reason();
        if (stopped != null) {
            cursors.close();
            control.clear();
        }
        if (outcome instanceof ExecuteOutcome.Failed failed) {
            rolledBack = findRolledBack();
            return failed(explained(failed.error(), stopped), step);
        }
        return outcome;
    }

    private static ExecuteOutcome failed(ErrorResponse error, TransactionStep step) {
        return new ExecuteOutcome.Failed(error.withId(step.answerId()));
    }

    private ErrorResponse explained(ErrorResponse error, @Nullable Reason stopped) {
        if (stopped == Reason.TIMED_OUT) {
            String rest = rolledBack ? "; SQLite has rolled its transaction back" : "; the transaction is open";
            return ErrorResponse.of(Kind.TIMED_OUT, "The statement's time was over and it was undone" + rest + ".");
        }
        return rolledBack && stopped != Reason.CANCELLED
                ? ErrorResponse.of(Kind.TRANSACTION_LOST, "SQLite has rolled the transaction back: " + error.message())
                : error;
    }

    /** SQLite begins a transaction only where none is open, and keeps some errors' rollbacks to itself. */
    private boolean findRolledBack() throws SQLException {
        try {
            sql("begin");
        } catch (SQLException isOpen) {
            return false;
        }
        sql("rollback");
        return true;
    }

    private ExecuteOutcome act(TransactionStep step) throws SQLException {
        if (step.action() instanceof TransactionStep.Execute execute) {
            deferForeignKeys(step.settings());
            return executor.execute(execute.request(), connection, cursors);
        }
        if (step.action() instanceof TransactionStep.Upgrade upgrade) {
            deferForeignKeys(step.settings());
            return snapshotCheck.run(step, upgrade, head.get());
        }
        if (step.action() instanceof TransactionStep.Fetch fetch) {
            return page(step, fetch.cursor());
        }
        if (step.action() instanceof TransactionStep.Close close) {
            cursors.close(close.cursor());
        } else if (step.action() instanceof TransactionStep.Savepoint savepoint) {
            sql(text(savepoint));
        }
        return new ExecuteOutcome.Done(ExecuteResponse.empty(step.answerId()));
    }

    /** The one setting that a client may switch on within a transaction; SQLite switches it off at the end. */
    private void deferForeignKeys(Map<String, String> settings) throws SQLException {
        String value = settings.get("defer_foreign_keys");
        if (value != null && SessionSettings.isSwitchedOn("defer_foreign_keys", value)) {
            sql("pragma defer_foreign_keys=1");
        }
    }

    private ExecuteOutcome page(TransactionStep step, long cursor) throws SQLException {
        Rows rows = cursors.nextPage(cursor);
        return rows == null
                ? failed(
                        ErrorResponse.of(
                                Kind.BAD_REQUEST,
                                "The result is closed: it was read to its end, or a statement was interrupted."),
                        step)
                : new ExecuteOutcome.Done(ExecuteResponse.page(step.answerId(), rows));
    }

    private static String text(TransactionStep.Savepoint savepoint) {
        String name = '"' + savepoint.name().replace("\"", "\"\"") + '"';
        return switch (savepoint.verb()) {
            case SAVEPOINT -> "savepoint " + name;
            case RELEASE -> "release " + name;
            case ROLLBACK_TO -> "rollback to " + name;
        };
    }

    private void sql(String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    /** Before COMMIT: an open cursor reads on, and holds on to the interruption that ended it. */
    @Override
    public void close() {
        cursors.close();
    }
}
