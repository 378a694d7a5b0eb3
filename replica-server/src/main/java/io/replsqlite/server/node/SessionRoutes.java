package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.transaction.Transactions;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.WireCodec;
import java.io.IOException;
import java.time.Duration;

/** What drivers ask beyond single requests: steps of transactions, pages, signs of life, cancellation. */
final class SessionRoutes {
    private static final int NO_CONTENT = 204;
    private static final int GONE = 410;

    private final DriverCalls calls;
    private final ExecuteRoute execute;
    private final Duration writeTimeout;
    private final MonotonicClock clock;

    SessionRoutes(DriverCalls calls, ExecuteRoute execute, Duration writeTimeout, MonotonicClock clock) {
        this.calls = calls;
        this.execute = execute;
        this.writeTimeout = writeTimeout;
        this.clock = clock;
    }

    void step(Exchange exchange) throws IOException, InterruptedException {
        calls.answer(exchange, codec -> step(exchange, codec));
    }

    private ExecuteResponse step(Exchange exchange, WireCodec codec) throws IOException, InterruptedException {
        TransactionStep step = DriverCalls.decode(exchange, codec::decodeStep);
        ReplicatedDatabase database = calls.primary(exchange.variable(), step.answerId(), step.epoch());
        Transactions transactions = calls.transactions(database, step.answerId());
        Deadline startBy = Deadline.after(writeTimeout, clock);
        return DriverCalls.response(transactions.step(step, startBy));
    }

    void cursor(Exchange exchange) throws IOException, InterruptedException {
        calls.answer(exchange, codec -> {
            CursorRequest request = DriverCalls.decode(exchange, codec::decodeCursor);
            ReplicatedDatabase database = calls.primary(exchange.variable(), request.id(), Epoch.NONE);
            return DriverCalls.response(calls.reads(database, request.id()).fetch(request));
        });
    }

    void alive(Exchange exchange) throws IOException {
        RequestId id = id(exchange);
        boolean known = database(exchange)
                .transactions()
                .map(transactions -> transactions.showLife(id))
                .orElse(false);
        answer(exchange, known);
    }

    void cancel(Exchange exchange) throws IOException {
        RequestId id = id(exchange);
        ReplicatedDatabase database = database(exchange);
        boolean known = execute.cancel(id)
                || database.transactions()
                        .map(transactions -> transactions.cancel(id))
                        .orElse(false)
                || database.reads().map(reads -> reads.cancel(id)).orElse(false);
        answer(exchange, known);
    }

    void abandon(Exchange exchange) throws IOException {
        RequestId id = id(exchange);
        boolean known = database(exchange)
                .transactions()
                .map(transactions -> transactions.abandon(id))
                .orElse(false);
        answer(exchange, known);
    }

    private ReplicatedDatabase database(Exchange exchange) throws RefusedException {
        try {
            return calls.database(exchange.variable());
        } catch (DriverCalls.AnsweredException unknown) {
            throw new RefusedException(404, "unknownDatabase", String.valueOf(unknown.getMessage()));
        }
    }

    private static RequestId id(Exchange exchange) throws RefusedException {
        String text = exchange.query("id");
        try {
            return RequestId.parse(text == null ? "" : text);
        } catch (IllegalArgumentException malformed) {
            throw new RefusedException(400, "badId", "The parameter id must be given: " + malformed.getMessage());
        }
    }

    private static void answer(Exchange exchange, boolean known) throws IOException {
        exchange.answer(known ? NO_CONTENT : GONE, "text/plain", new byte[0]);
    }
}
