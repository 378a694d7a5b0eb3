package io.replsqlite.server.read;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.OpenCursors;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.execute.StatementControl;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;

/** One read on its snapshot, from its request until its last page or its end. */
final class OpenRead {
    private final RequestId id;
    private final Reader reader;
    private final Readers readers;
    private final OpenCursors cursors;
    private final MonotonicClock clock;

    @GuardedBy("this")
    private boolean ended;

    private volatile StatementControl control = new StatementControl();
    private volatile boolean busy = true;
    private volatile long idleSinceNanos;

    OpenRead(RequestId id, Reader reader, Readers readers, PageLimits pages, MonotonicClock clock) {
        this.id = id;
        this.reader = reader;
        this.readers = readers;
        this.cursors = new OpenCursors(pages);
        this.clock = clock;
    }

    RequestId id() {
        return id;
    }

    private interface Part {
        ExecuteOutcome run() throws SQLException;
    }

    ExecuteOutcome execute(ExecuteRequest request, StatementExecutor executor, StatementControl use) {
        return controlled(use, () -> {
            reader.begin(request.settings());
            return executor.execute(request, reader.connection(), cursors);
        });
    }

    ExecuteOutcome fetch(long cursor, StatementControl use) {
        return controlled(use, () -> {
            Rows rows = cursors.nextPage(cursor);
            return rows == null ? closed(id) : new ExecuteOutcome.Done(ExecuteResponse.page(id, rows));
        });
    }

    /** Without the monitor: whoever has it may be in the middle of a statement. */
    boolean has(long cursor) {
        return cursors.has(cursor);
    }

    static ExecuteOutcome closed(RequestId id) {
        return new ExecuteOutcome.Failed(ErrorResponse.of(
                        Kind.BAD_REQUEST,
                        "The result is closed: it was read to its end, was left idle for the node's idle-limit, or"
                                + " belonged to a former primary.")
                .withId(id));
    }

    private synchronized ExecuteOutcome controlled(StatementControl use, Part part) {
        if (ended) {
            return closed(id);
        }
        busy = true;
        control = use;
        ExecuteOutcome outcome;
        try {
            outcome = use.begin(reader.connection()) ? part.run() : stopped(Reason.CANCELLED);
        } catch (SQLException failure) {
            outcome = new ExecuteOutcome.Failed(SqliteErrors.toResponse(failure).withId(id));
        } finally {
            use.end();
            idleSinceNanos = clock.nanoTime();
            busy = false;
        }
        Reason reason = use.reason();
        if (reason != null) {
            cursors.close();
        }
        return outcome instanceof ExecuteOutcome.Failed && reason == Reason.TIMED_OUT ? stopped(reason) : outcome;
    }

    private ExecuteOutcome stopped(Reason reason) {
        String why = reason == Reason.TIMED_OUT ? "The statement's time was over." : "The statement was stopped.";
        return new ExecuteOutcome.Failed(ErrorResponse.of(Kind.TIMED_OUT, why).withId(id));
    }

    void stop(Reason reason) {
        StatementControl.Stopped ignored = control.stop(reason);
    }

    private boolean isIdleFor(long nanos) {
        return !busy && clock.nanoTime() - idleSinceNanos > nanos;
    }

    /** @return whether it was, and is ended */
    boolean endIfIdleFor(long nanos) {
        if (!isIdleFor(nanos)) {
            return false; // without the monitor: whoever has it may be in the middle of a statement
        }
        synchronized (this) {
            boolean idle = isIdleFor(nanos);
            if (idle) {
                end();
            }
            return idle;
        }
    }

    synchronized boolean isUnfinished() {
        return !ended && !cursors.isEmpty();
    }

    synchronized void close(long cursor) {
        cursors.close(cursor);
    }

    /** Gives the connection back. */
    synchronized void end() {
        if (!ended) {
            ended = true;
            cursors.close();
            readers.release(reader);
        }
    }
}
