package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.endpoint.Route;
import io.replsqlite.server.execute.ExecuteLimits;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.RequestSharing;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.outcome.ForbiddenRequestException;
import io.replsqlite.server.outcome.OutcomeEntry;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireException;
import io.replsqlite.wire.WireLimitException;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A forwarded write, from request to answer: decode, check the client's epoch, queue, wait until it is durable, answer.
 */
final class ExecuteRoute implements Route {
    private final ReplicaNode node;
    private final Duration writeTimeout;
    private final MonotonicClock clock;
    private final StatementExecutor executor;
    private final WireCodec cbor;
    private final WireCodec json;

    ExecuteRoute(
            ReplicaNode node,
            Duration writeTimeout,
            ExecuteLimits executeLimits,
            WireLimits wireLimits,
            MonotonicClock clock) {
        this.node = node;
        this.writeTimeout = writeTimeout;
        this.clock = clock;
        this.executor = new StatementExecutor(executeLimits);
        this.cbor = WireCodec.cbor(wireLimits);
        this.json = WireCodec.json(wireLimits);
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        WireCodec codec = codecOf(exchange.header("Content-Type"));
        try {
            ExecuteResponse response = execute(exchange, codec);
            exchange.answer(200, codec.contentType(), codec.encode(response));
        } catch (Answered refused) {
            int status = refused.error.kind().httpStatus();
            exchange.answer(status, codec.contentType(), codec.encode(refused.error));
        }
    }

    /** For a write that is one too many; its body is not read. */
    void refuseOverloaded(Exchange exchange) throws IOException {
        ErrorResponse error =
                ErrorResponse.of(ErrorResponse.Kind.OVERLOADED, NodeRoutes.overloaded(NodeSetting.MAX_WAITING_WRITES));
        WireCodec codec = codecOf(exchange.header("Content-Type"));
        exchange.answer(error.kind().httpStatus(), codec.contentType(), codec.encode(error));
    }

    private WireCodec codecOf(@Nullable String contentType) {
        boolean isJson =
                contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(WireCodec.JSON_TYPE);
        return isJson ? json : cbor;
    }

    private ExecuteResponse execute(Exchange exchange, WireCodec codec) throws IOException, InterruptedException {
        ReplicatedDatabase database = database(exchange.variable());
        ExecuteRequest request = decode(exchange, codec);
        refuseIfNotPrimary(database, request);
        try {
            return request.kind() == ExecuteRequest.Kind.READ
                    ? submit(database, request).get()
                    : writeOnce(database, request).get();
        } catch (ExecutionException failed) {
            throw answer(failed.getCause(), request);
        }
    }

    /** A request that comes again is answered with what became of it, and not executed twice. */
    private CompletableFuture<ExecuteResponse> writeOnce(ReplicatedDatabase database, ExecuteRequest request)
            throws Answered {
        RequestOutcomes outcomes = database.outcomes().orElseThrow(() -> noPrimary(database, request));
        boolean provable = request.attempt() == 1 || outcomes.isCompleteSince(request.since());
        if (!provable && outcomes.find(request.id()) == null) {
            throw new Answered(
                    unknown(
                            request.id(),
                            "This primary does not remember requests as old as " + request.id()
                                    + ": whether an earlier attempt of it was committed is not known. It was not executed now."));
        }
        return outcomes.once(request.id(), () -> submit(database, request));
    }

    private CompletableFuture<ExecuteResponse> submit(ReplicatedDatabase database, ExecuteRequest request) {
        return database.submit(new Execution(request), Deadline.after(writeTimeout, clock))
                .thenApply(done -> done.result()
                        .at(done.position().epoch(), done.position().txid()));
    }

    private static ErrorResponse unknown(RequestId id, String message) {
        return new ErrorResponse(ErrorResponse.Kind.OUTCOME_UNKNOWN, message, 0, 0, null, true, id, null);
    }

    private ReplicatedDatabase database(String name) throws Answered {
        try {
            return node.databases().byName(name);
        } catch (RefusedException unknown) {
            throw new Answered(
                    ErrorResponse.of(ErrorResponse.Kind.UNKNOWN_DATABASE, String.valueOf(unknown.getMessage())));
        }
    }

    private static ExecuteRequest decode(Exchange exchange, WireCodec codec) throws IOException {
        try {
            return codec.decodeRequest(new ByteArrayInputStream(exchange.body()));
        } catch (WireLimitException tooMuch) {
            throw new Answered(ErrorResponse.of(
                    ErrorResponse.Kind.TOO_LARGE,
                    "The request holds " + tooMuch.getMessage()
                            + "; the limits are the settings max-request-bytes, max-value-bytes and max-statements."
                            + " Nothing was executed."));
        } catch (WireException malformed) {
            throw new Answered(
                    ErrorResponse.of(ErrorResponse.Kind.BAD_REQUEST, String.valueOf(malformed.getMessage())));
        }
    }

    private void refuseIfNotPrimary(ReplicatedDatabase database, ExecuteRequest request) throws Answered {
        ErrorResponse refusal = PrimaryCheck.refusal(node, database, request.epoch());
        if (refusal != null) {
            throw new Answered(refusal.withId(request.id()));
        }
    }

    private Answered noPrimary(ReplicatedDatabase database, ExecuteRequest request) {
        return new Answered(PrimaryCheck.notPrimary(node, database).withId(request.id()));
    }

    /** One request, as the writer sees it. */
    private final class Execution implements WriteWork<ExecuteResponse> {
        private final ExecuteRequest request;

        Execution(ExecuteRequest request) {
            this.request = request;
        }

        @Override
        public ExecuteResponse run(Connection connection) throws SQLException {
            ExecuteOutcome outcome = executor.execute(request, connection);
            if (outcome instanceof ExecuteOutcome.Done done) {
                return done.response();
            }
            throw new StatementRefused(((ExecuteOutcome.Failed) outcome).error());
        }

        @Override
        public byte[] outcome(ExecuteResponse response) {
            return OutcomeEntry.of(response).encode();
        }

        @Override
        public Sharing sharing() {
            return RequestSharing.of(request);
        }

        @Override
        public Map<String, String> sessionSettings() {
            return request.settings();
        }
    }

    private static Answered answer(@Nullable Throwable cause, ExecuteRequest request) {
        if (cause instanceof StatementRefused refused) {
            return new Answered(refused.error);
        }
        if (cause instanceof SQLException sql) {
            return new Answered(SqliteErrors.toResponse(sql).withId(request.id()));
        }
        if (cause instanceof WriteFailedException failed) {
            String message = String.valueOf(failed.getMessage());
            boolean unknown = failed.outcome() == WriteFailedException.Outcome.UNKNOWN;
            return new Answered(
                    unknown
                            ? unknown(request.id(), message)
                            : ErrorResponse.of(ErrorResponse.Kind.NO_PRIMARY, message)
                                    .withId(request.id()));
        }
        if (cause instanceof ForbiddenRequestException forbidden) {
            return new Answered(ErrorResponse.of(ErrorResponse.Kind.REFUSED, String.valueOf(forbidden.getMessage()))
                    .withId(request.id()));
        }
        return new Answered(ErrorResponse.of(ErrorResponse.Kind.INTERNAL, String.valueOf(cause))
                .withId(request.id()));
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

    /** Ends the handling of a request with an error in the driver's own form. */
    private static final class Answered extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient ErrorResponse error;

        Answered(ErrorResponse error) {
            super(error.message());
            this.error = error;
        }
    }
}
