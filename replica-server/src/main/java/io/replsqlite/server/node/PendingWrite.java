package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.execute.StatementControl;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementControl.Stopped;
import io.replsqlite.server.outcome.ForbiddenRequestException;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.Serial;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A write that is queued or runs, as the thread sees it that answers for it. For that thread. */
final class PendingWrite {
    private final RequestId id;
    private final CompletableFuture<ExecuteResponse> write;
    private final @Nullable StatementControl control;

    /** When its client's time is over; null if there is no such limit, or it has been stopped at it. */
    private @Nullable Deadline limit;

    private boolean neverBegan;

    /** Its time was over, and what it waits for cannot be stopped. */
    private boolean givenUp;

    /** @param control null if this only waits for what an earlier attempt has come to */
    PendingWrite(
            ExecuteRequest request,
            CompletableFuture<ExecuteResponse> write,
            @Nullable StatementControl control,
            MonotonicClock clock) {
        this.id = request.id();
        this.write = write;
        this.control = control;
        this.limit =
                request.timeoutMillis() == 0 ? null : Deadline.after(Duration.ofMillis(request.timeoutMillis()), clock);
    }

    /** Stops the request when its time is over. What has run by then is answered as it ended. */
    ExecuteResponse await() throws InterruptedException, CallRefusedException {
        Deadline untilThen = limit;
        if (untilThen != null) {
            try {
                ExecuteResponse ignored = write.get(Math.max(0, untilThen.remainingNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException over) {
                stop();
            } catch (ExecutionException told) {
                return result();
            }
        }
        return result();
    }

    /** Completes, one way or the other, when the write is answered. */
    CompletableFuture<?> whenAnswered() {
        return write;
    }

    /** Until its time is over; null if that does not matter any more. */
    @Nullable
    Long remainingNanos() {
        return limit == null ? null : limit.remainingNanos();
    }

    void stopIfLate() {
        if (limit != null && limit.hasPassed() && !write.isDone()) {
            stop();
        }
    }

    private void stop() {
        limit = null;
        if (control == null) {
            givenUp = true;
        } else {
            neverBegan = control.stop(Reason.TIMED_OUT) == Stopped.BEFORE_START;
        }
    }

    boolean isAnswered() {
        return neverBegan || givenUp || write.isDone();
    }

    /** Waits for it if need be. */
    ExecuteResponse result() throws InterruptedException, CallRefusedException {
        if (neverBegan) {
            throw new CallRefusedException(timedOut("it did not run").withId(id));
        }
        if (givenUp && !write.isDone()) {
            throw new CallRefusedException(unknown(
                    id, "The time was over before it was known what becomes of an earlier attempt of this request."));
        }
        try {
            return write.get();
        } catch (ExecutionException failed) {
            throw refusal(failed.getCause());
        }
    }

    static ErrorResponse timedOut(String rest) {
        return ErrorResponse.of(Kind.TIMED_OUT, "The statement's time was over; " + rest + ".");
    }

    static ErrorResponse unknown(RequestId id, String message) {
        return new ErrorResponse(Kind.OUTCOME_UNKNOWN, message, 0, 0, null, true, id, null);
    }

    private CallRefusedException refusal(@Nullable Throwable cause) {
        if (cause instanceof StatementRefused refused) {
            return new CallRefusedException(refused.error);
        }
        if (cause instanceof SQLException sql) {
            return new CallRefusedException(SqliteErrors.toResponse(sql).withId(id));
        }
        if (cause instanceof WriteFailedException failed) {
            String message = String.valueOf(failed.getMessage());
            boolean unknown = failed.outcome() == WriteFailedException.Outcome.UNKNOWN;
            return new CallRefusedException(
                    unknown
                            ? unknown(id, message)
                            : ErrorResponse.of(Kind.NO_PRIMARY, message).withId(id));
        }
        Kind kind = cause instanceof ForbiddenRequestException ? Kind.REFUSED : Kind.INTERNAL;
        String message =
                cause instanceof ForbiddenRequestException ? String.valueOf(cause.getMessage()) : String.valueOf(cause);
        return new CallRefusedException(ErrorResponse.of(kind, message).withId(id));
    }

    /** Makes the writer roll back, and carries the answer past it. */
    static final class StatementRefused extends SQLException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient ErrorResponse error;

        StatementRefused(ErrorResponse error) {
            super(error.message(), error.sqlState(), error.vendorCode());
            this.error = error;
        }
    }
}
