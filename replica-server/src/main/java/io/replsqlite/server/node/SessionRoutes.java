package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.transaction.Transactions;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** What drivers ask beyond single requests: steps of transactions, pages, signs of life, cancellation. */
final class SessionRoutes {
    private static final int NO_CONTENT = 204;
    private static final int GONE = 410;

    private final DriverCalls calls;
    private final ExecuteRoute execute;
    private final Duration writeTimeout;
    private final MonotonicClock clock;

    /** No more begin at once than may be open: those that are held for a primary must not take all threads of the node. */
    private final Semaphore beginning;

    SessionRoutes(
            DriverCalls calls, ExecuteRoute execute, Duration writeTimeout, int maxTransactions, MonotonicClock clock) {
        this.beginning = new Semaphore(maxTransactions);
        this.calls = calls;
        this.execute = execute;
        this.writeTimeout = writeTimeout;
        this.clock = clock;
    }

    void step(Exchange exchange) throws IOException, InterruptedException {
        calls.answer(exchange, codec -> step(exchange.variable(), DriverCalls.decode(exchange, codec::decodeStep)));
    }

    /** @throws CallRefusedException with the error to answer */
    ExecuteResponse step(String databaseName, TransactionStep step) throws IOException, InterruptedException {
        ReplicatedDatabase database = step.sequence() == 1
                ? primaryToBegin(databaseName, step)
                : calls.primary(databaseName, step.answerId(), step.epoch());
        Transactions transactions = calls.transactions(database, step.answerId());
        Deadline startBy = Deadline.after(writeTimeout, clock);
        return DriverCalls.response(transactions.step(step, startBy));
    }

    private ReplicatedDatabase primaryToBegin(String databaseName, TransactionStep step)
            throws CallRefusedException, InterruptedException {
        if (!beginning.tryAcquire()) {
            throw new CallRefusedException(
                    ErrorResponse.of(ErrorResponse.Kind.OVERLOADED, NodeRoutes.overloaded(NodeSetting.MAX_TRANSACTIONS))
                            .withId(step.answerId()));
        }
        try {
            return calls.primaryForWrite(databaseName, step.answerId(), step.epoch());
        } finally {
            beginning.release();
        }
    }

    void cursor(Exchange exchange) throws IOException, InterruptedException {
        calls.answer(exchange, codec -> page(exchange.variable(), DriverCalls.decode(exchange, codec::decodeCursor)));
    }

    /** @throws CallRefusedException with the error to answer */
    ExecuteResponse page(String databaseName, CursorRequest request) throws CallRefusedException {
        ReplicatedDatabase database = calls.primaryNow(databaseName, request.id(), Epoch.NONE);
        return DriverCalls.response(calls.reads(database, request.id()).fetch(request));
    }

    void alive(Exchange exchange) throws IOException {
        answer(exchange, showLife(database(exchange), id(exchange)));
    }

    /** @return whether there is such a transaction */
    static boolean showLife(ReplicatedDatabase database, RequestId transaction) {
        return database.transactions()
                .map(transactions -> transactions.showLife(transaction))
                .orElse(false);
    }

    void cancel(Exchange exchange) throws IOException {
        answer(exchange, cancel(database(exchange), id(exchange)));
    }

    /** @return whether something of this id runs */
    boolean cancel(ReplicatedDatabase database, RequestId id) {
        return execute.cancel(id)
                || database.transactions()
                        .map(transactions -> transactions.cancel(id))
                        .orElse(false)
                || database.reads().map(reads -> reads.cancel(id)).orElse(false);
    }

    void abandon(Exchange exchange) throws IOException {
        answer(exchange, abandon(database(exchange), id(exchange)));
    }

    /** @return whether there is such a transaction */
    static boolean abandon(ReplicatedDatabase database, RequestId transaction) {
        return database.transactions()
                .map(transactions -> transactions.abandon(transaction))
                .orElse(false);
    }

    private ReplicatedDatabase database(Exchange exchange) throws RefusedException {
        try {
            return calls.database(exchange.variable());
        } catch (CallRefusedException unknown) {
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
