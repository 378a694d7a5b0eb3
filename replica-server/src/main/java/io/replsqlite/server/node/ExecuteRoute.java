package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.server.commit.UnsettledWriteException;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.Route;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.RequestSharing;
import io.replsqlite.server.execute.StatementControl;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementControl.Stopped;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.outcome.OutcomeEntry;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
        calls.answer(
                exchange, codec -> execute(exchange.variable(), DriverCalls.decode(exchange, codec::decodeRequest)));
    }

    /** @throws CallRefusedException with the error to answer */
    ExecuteResponse execute(String databaseName, ExecuteRequest request) throws IOException, InterruptedException {
        Deadline startBy = Deadline.after(writeTimeout, clock);
        if (request.kind() == ExecuteRequest.Kind.READ) {
            ReplicatedDatabase database = calls.primary(databaseName, request.id(), request.epoch());
            return DriverCalls.response(calls.reads(database, request.id()).execute(request, startBy));
        }
        return write(calls.primaryForWrite(databaseName, request.id(), request.epoch()), request, startBy);
    }

    private ExecuteResponse write(ReplicatedDatabase database, ExecuteRequest request, Deadline startBy)
            throws IOException, InterruptedException {
        return start(database, request, startBy).await();
    }

    /** Queues a write, or refuses it at once. */
    PendingWrite start(String databaseName, ExecuteRequest request) throws IOException {
        ReplicatedDatabase database = calls.primaryNow(databaseName, request.id(), request.epoch());
        return start(database, request, Deadline.after(writeTimeout, clock));
    }

    private PendingWrite start(ReplicatedDatabase database, ExecuteRequest request, Deadline startBy)
            throws CallRefusedException {
        StatementControl control = new StatementControl();
        StatementControl known = running.putIfAbsent(request.id(), control);
        try {
            AtomicBoolean began = new AtomicBoolean();
            CompletableFuture<ExecuteResponse> answer = writeOnce(database, request, control, startBy, began);
            var ignored = answer.whenComplete((done, failure) -> running.remove(request.id(), control));
            StatementControl own = began.get() ? control : null;
            return new PendingWrite(request, answer, known == null ? own : known, clock);
        } catch (CallRefusedException | RuntimeException refused) {
            running.remove(request.id(), control);
            throw refused;
        }
    }

    /** A request that comes again is answered with what became of it, and not executed twice. */
    private CompletableFuture<ExecuteResponse> writeOnce(
            ReplicatedDatabase database,
            ExecuteRequest request,
            StatementControl control,
            Deadline startBy,
            AtomicBoolean began)
            throws CallRefusedException {
        DriverCalls.requirePossible(database, request.durability(), request.id());
        RequestOutcomes outcomes = calls.outcomes(database, request.id());
        if (!isProvable(outcomes, request) && outcomes.find(request.id()) == null) {
            throw new CallRefusedException(PendingWrite.unknown(request.id(), forgotten(request.id())));
        }
        return outcomes.once(request.id(), () -> {
            if (!isProvable(outcomes, request)) { // what was forgotten since the first look has not been found now
                return CompletableFuture.failedFuture(
                        new WriteFailedException(WriteFailedException.Outcome.UNKNOWN, forgotten(request.id())));
            }
            began.set(true);
            return database.submit(new Execution(request, control), startBy)
                    .whenComplete((done, failure) -> awaitVoters(outcomes, request.id(), failure))
                    .thenApply(done -> done.result()
                            .at(done.position().epoch(), done.position().txid()));
        });
    }

    /** Whether a request that is not found has not been executed. */
    private static boolean isProvable(RequestOutcomes outcomes, ExecuteRequest request) {
        return request.attempt() == 1 || outcomes.isCompleteSince(request.since());
    }

    private static String forgotten(RequestId id) {
        return "This primary does not remember requests as old as " + id
                + ": whether an earlier attempt of it was committed is not known. It was not executed now.";
    }

    /** Before anybody is told that it is late: whoever asks then must find it. */
    private static void awaitVoters(RequestOutcomes outcomes, RequestId id, @Nullable Throwable failure) {
        if (failure instanceof UnsettledWriteException unsettled) {
            outcomes.awaitVoters(id, unsettled);
        }
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

    /** One request, as the writer sees it. */
    private final class Execution implements WriteWork<ExecuteResponse> {
        private final ExecuteRequest request;
        private final StatementControl control;
        private final Sharing sharing;

        Execution(ExecuteRequest request, StatementControl control) {
            this.request = request;
            this.control = control;
            this.sharing = RequestSharing.of(request); // the SQL is looked at here, not on the writer's thread
        }

        @Override
        public ExecuteResponse run(Connection connection) throws SQLException {
            if (!control.begin(connection)) {
                throw new PendingWrite.StatementRefused(
                        interrupted(ErrorResponse.of(Kind.SQL, "interrupted before it began")));
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
            throw new PendingWrite.StatementRefused(interrupted(((ExecuteOutcome.Failed) outcome).error()));
        }

        private ErrorResponse interrupted(ErrorResponse error) {
            ErrorResponse said = control.reason() == Reason.TIMED_OUT ? PendingWrite.timedOut("it was undone") : error;
            return said.withId(request.id());
        }

        @Override
        public Durability durability() {
            return request.durability();
        }

        @Override
        public byte[] outcome(ExecuteResponse response) {
            return OutcomeEntry.of(response).encode();
        }

        @Override
        public Sharing sharing() {
            return sharing;
        }

        @Override
        public Map<String, String> sessionSettings() {
            return request.settings();
        }
    }
}
