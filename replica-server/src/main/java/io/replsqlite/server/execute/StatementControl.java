package io.replsqlite.server.execute;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Lets other threads stop what a connection runs, and only that: an interruption that came a moment late would hit whatever
 * the connection runs next. Safe for any thread; under the lock SQLite's flag is set, nothing waits.
 */
public final class StatementControl {
    /** Why it was stopped. */
    public enum Reason {
        CANCELLED,
        TIMED_OUT,
        CLIENT_GONE,
        SHUTDOWN
    }

    /** What a stop found. */
    public enum Stopped {
        /** It had not begun, and will not. */
        BEFORE_START,
        /** It was running and is interrupted; its outcome says whether it had come to its end. */
        RUNNING,
        /** It had run already. */
        TOO_LATE
    }

    @GuardedBy("this")
    private @Nullable Statement running;

    @GuardedBy("this")
    private boolean hasRun;

    @GuardedBy("this")
    private @Nullable Reason reason;

    /** @return false if it was stopped before; then it must not run */
    public synchronized boolean begin(Connection connection) throws SQLException {
        if (reason != null) {
            return false;
        }
        running = connection.createStatement();
        return true;
    }

    /** After this, nothing is interrupted. */
    public synchronized void end() {
        running = null;
        hasRun = true;
    }

    /** Forgets why the last statement was stopped; the next one may begin. */
    public synchronized void clear() {
        reason = null;
    }

    /** Why the statement was stopped; null if nobody did. */
    public synchronized @Nullable Reason reason() {
        return reason;
    }

    public synchronized Stopped stop(Reason why) {
        if (running != null) {
            reason = why;
            interrupt(running);
            return Stopped.RUNNING;
        }
        if (hasRun) {
            return Stopped.TOO_LATE;
        }
        reason = why;
        return Stopped.BEFORE_START;
    }

    private static void interrupt(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException impossible) {
            throw new IllegalStateException("SQLite's interrupt flag cannot be set", impossible);
        }
    }
}
