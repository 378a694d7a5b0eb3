package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.Route;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.StatementControl;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementControl.Stopped;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.node.DriverCalls.AnsweredException;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import java.io.IOException;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A forwarded request, from its arrival to the answer: decode, check the client's epoch; a read runs beside the writer, a
 * write is queued and answered once it is durable.
 */
final class ExecuteRoute implements Route {
    private final DriverCalls calls;
    private final Duration writeTimeout;
    private final MonotonicClock clock;
    private final StatementExecutor executor;
    private final Map<RequestId, StatementControl> running = new ConcurrentHashMap<>();

    ExecuteRoute(DriverCalls calls, Duration writeTimeout, StatementExecutor executor, MonotonicClock clock) {
        this.calls = calls;
        this.writeTimeout = writeTimeout;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        calls.answer(exchange, codec -> execute(exchange, codec));
    }

    private ExecuteResponse execute(Exchange exchange, WireCodec codec) throws IOException, InterruptedException {
        ExecuteRequest request = DriverCalls.decode(exchange, codec::decodeRequest);
        ReplicatedDatabase database = calls.primary(exchange.variable(), request.id(), request.epoch());
        Deadline startBy = Deadline.after(writeTimeout, clock);
        return request.kind() == ExecuteRequest.Kind.READ
                ? DriverCalls.response(calls.reads(database, request.id()).execute(request, startBy))
                : write(database, request, startBy);
    }

    private ExecuteResponse write(ReplicatedDatabase database, ExecuteRequest request, Deadline startBy)
            throws IOException, InterruptedException {
        StatementControl control = new StatementControl();
        running.put(request.id(), control);
        try {
            Acknowledged<ExecuteResponse> done = await(
                    database.submit(
                            new Execution(request, control),
                            !isVacuum(request),
                            response -> RequestOutcome.encode(response, calls.cbor()),
                            startBy),
                    control,
                    request);
            Position position = done.position();
            return done.result().at(position.epoch(), position.txid());
        } catch (ExecutionException failed) {
            throw answer(failed.getCause(), request);
        } finally {
            running.remove(request.id(), control);
        }
    }

    /** Stops the request when its time is over. What has run by then is answered as it ended. */
    private static Acknowledged<ExecuteResponse> await(
            CompletableFuture<Acknowledged<ExecuteResponse>> write, StatementControl control, ExecuteRequest request)
            throws ExecutionException, InterruptedException, AnsweredException {
        if (request.timeoutMillis() > 0) {
            try {
                return write.get(request.timeoutMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException over) {
                if (control.stop(Reason.TIMED_OUT) == Stopped.BEFORE_START) {
                    throw new AnsweredException(timedOut("it did not run").withId(request.id()));
                }
            }
        }
        return write.get();
    }

    private static ErrorResponse timedOut(String rest) {
        return ErrorResponse.of(Kind.TIMED_OUT, "The statement's time was over; " + rest + ".");
    }

    /** Interrupts a write, if it runs. @return whether there is one of this id */
    boolean cancel(RequestId id) {
        StatementControl control = running.get(id);
        if (control == null) {
            return false;
        }
        Stopped ignored = control.stop(Reason.CANCELLED);
        return true;
    }

    private static boolean isVacuum(ExecuteRequest request) {
        String sql = request.statements().get(0).sql().stripLeading();
        return request.statements().size() == 1 && sql.regionMatches(true, 0, "VACUUM", 0, 6);
    }

    /** One request, as the writer sees it. */
    private final class Execution implements WriteWork<ExecuteResponse> {
        private final ExecuteRequest request;
        private final StatementControl control;

        Execution(ExecuteRequest request, StatementControl control) {
            this.request = request;
            this.control = control;
        }

        @Override
        public ExecuteResponse run(Connection connection) throws SQLException {
            if (!control.begin(connection)) {
                throw new StatementRefused(interrupted(ErrorResponse.of(Kind.SQL, "interrupted before it began")));
            }
            ExecuteOutcome outcome;
            try {
                outcome = executor.execute(request, connection);
            } finally {
                control.end();
            }
            if (outcome instanceof ExecuteOutcome.Done done) {
                return done.response();
            }
            throw new StatementRefused(interrupted(((ExecuteOutcome.Failed) outcome).error()));
        }

        private ErrorResponse interrupted(ErrorResponse error) {
            ErrorResponse said = control.reason() == Reason.TIMED_OUT ? timedOut("it was undone") : error;
            return said.withId(request.id());
        }

        @Override
        public Map<String, String> sessionSettings() {
            return request.settings();
        }
    }

    private static AnsweredException answer(@Nullable Throwable cause, ExecuteRequest request) {
        if (cause instanceof StatementRefused refused) {
            return new AnsweredException(refused.error);
        }
        if (cause instanceof SQLException sql) {
            return new AnsweredException(SqliteErrors.toResponse(sql).withId(request.id()));
        }
        if (cause instanceof WriteFailedException failed) {
            boolean unknown = failed.outcome() == WriteFailedException.Outcome.UNKNOWN;
            Kind kind = unknown ? Kind.OUTCOME_UNKNOWN : Kind.NO_PRIMARY;
            return new AnsweredException(new ErrorResponse(
                    kind, String.valueOf(failed.getMessage()), 0, 0, null, unknown, request.id(), null));
        }
        return new AnsweredException(
                ErrorResponse.of(Kind.INTERNAL, String.valueOf(cause)).withId(request.id()));
    }

    /** Makes the writer roll back, and carries the answer past it. */
    private static final class StatementRefused extends SQLException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient ErrorResponse error;

        StatementRefused(ErrorResponse error) {
            super(error.message(), error.sqlState(), error.vendorCode());
            this.error = error;
        }
    }
}
