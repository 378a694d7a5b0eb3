package io.replsqlite.jdbc;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.local.LocalConnection;
import io.replsqlite.session.Alarm;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The query timeout of one statement: one deadline for an execution, wherever that waits and runs. */
final class TimeLimit {
    private static final int INTERRUPTED = 9;

    private int seconds;
    private @Nullable Deadline deadline;

    /** Something that SQLite does on a local connection. */
    interface LocalWork<T> {
        T run() throws SQLException;
    }

    /** An execution begins; 0 seconds are no limit. */
    void begin(int queryTimeoutSeconds) {
        seconds = queryTimeoutSeconds;
        deadline = seconds == 0 ? null : Deadline.after(Duration.ofSeconds(seconds), MonotonicClock.SYSTEM);
    }

    /** When the execution must be over; null if nothing says so. */
    @Nullable
    Deadline deadline() {
        return deadline;
    }

    /** What is left for the primary; zero: no limit. */
    Duration left() throws SQLTimeoutException {
        Deadline end = deadline;
        if (end == null) {
            return Duration.ZERO;
        }
        long leftNanos = end.remainingNanos();
        if (leftNanos <= 0) {
            throw over("it was over before the statement was sent, nothing was executed");
        }
        return Duration.ofNanos(leftNanos).plusMillis(1); // never zero, which would be no limit
    }

    /** Interrupts the execution at its deadline. */
    <T> T execute(LocalConnection connection, LocalWork<T> work) throws SQLException {
        Deadline end = deadline;
        return end == null ? work.run() : limited(end, connection, work);
    }

    /** Interrupts one step to the next row: as at the primary, where each page has the whole time. */
    boolean step(LocalConnection connection, LocalWork<Boolean> work) throws SQLException {
        return limited(Deadline.after(Duration.ofSeconds(seconds), MonotonicClock.SYSTEM), connection, work);
    }

    private static <T> T limited(Deadline end, LocalConnection connection, LocalWork<T> work) throws SQLException {
        Alarm alarm = Alarm.at(end, connection);
        try {
            return work.run();
        } catch (SQLException failure) {
            boolean timedOut = alarm.hasRung() && (failure.getErrorCode() & 0xff) == INTERRUPTED;
            throw timedOut
                    ? (SQLException) over("the statement was interrupted").initCause(failure)
                    : failure;
        } finally {
            alarm.close();
        }
    }

    private static SQLTimeoutException over(String what) {
        return new SQLTimeoutException("the query timeout has passed: " + what, "57014");
    }
}
