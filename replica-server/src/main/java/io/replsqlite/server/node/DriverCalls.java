package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.server.read.Reads;
import io.replsqlite.server.transaction.Transactions;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireException;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** What all calls of drivers have in common: their form, who may answer them, and how errors are answered. */
final class DriverCalls {
    /** Each waits on a thread of the endpoint, which has more: whoever has the writer must be heard. */
    private static final int MOST_WAITING = 160;

    private final ReplicaNode node;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final WireCodec cbor = WireCodec.cbor(WireLimits.DEFAULT);
    private final WireCodec json = WireCodec.json(WireLimits.DEFAULT);

    DriverCalls(ReplicaNode node) {
        this.node = node;
    }

    /** What a call comes to, given the form in which it speaks. */
    interface Call {
        ExecuteResponse run(WireCodec codec) throws IOException, InterruptedException;
    }

    void answer(Exchange exchange, Call call) throws IOException, InterruptedException {
        WireCodec codec = codecOf(exchange.header("Content-Type"));
        try {
            ExecuteResponse response = call.run(codec);
            exchange.answer(200, codec.contentType(), codec.encode(response));
        } catch (AnsweredException refused) {
            int status = refused.error().kind().httpStatus();
            exchange.answer(status, codec.contentType(), codec.encode(refused.error()));
        }
    }

    private WireCodec codecOf(@Nullable String contentType) {
        boolean isJson =
                contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(WireCodec.JSON_TYPE);
        return isJson ? json : cbor;
    }

    /** Runs what waits for its turn at the writer or for a reader; refuses it if too many do. */
    ExecuteResponse queued(RequestId id, Queued call) throws IOException, InterruptedException {
        if (!waiting.tryAcquire()) {
            throw new AnsweredException(ErrorResponse.of(
                            Kind.OVERLOADED,
                            MOST_WAITING + " requests wait for this node already; nothing was executed.")
                    .withId(id));
        }
        try {
            return call.run();
        } finally {
            waiting.release();
        }
    }

    interface Queued {
        ExecuteResponse run() throws IOException, InterruptedException;
    }

    interface Decoder<T> {
        T decode(InputStream in) throws IOException;
    }

    static <T> T decode(Exchange exchange, Decoder<T> decoder) throws IOException {
        try {
            return decoder.decode(new ByteArrayInputStream(exchange.body()));
        } catch (WireException malformed) {
            throw new AnsweredException(ErrorResponse.of(Kind.BAD_REQUEST, String.valueOf(malformed.getMessage())));
        }
    }

    /** @throws AnsweredException if there is no such database, or this node may not answer for it */
    ReplicatedDatabase primary(String name, RequestId id, Epoch known) throws AnsweredException {
        ReplicatedDatabase database = database(name);
        if (!database.isLeading()) {
            throw notPrimary(database, id);
        }
        Epoch promised = node.promisedEpoch();
        if (known.isAfter(promised)) {
            throw new AnsweredException(ErrorResponse.of(
                            Kind.STALE_EPOCH,
                            "The client knows epoch " + known + ", this node only " + promised
                                    + ": it is an old primary.")
                    .withId(id));
        }
        return database;
    }

    ReplicatedDatabase database(String name) throws AnsweredException {
        try {
            return node.databases().byName(name);
        } catch (RefusedException unknown) {
            throw new AnsweredException(ErrorResponse.of(Kind.UNKNOWN_DATABASE, String.valueOf(unknown.getMessage())));
        }
    }

    private AnsweredException notPrimary(ReplicatedDatabase database, RequestId id) {
        String primaryUrl = node.primaryUrl();
        ErrorResponse error = ErrorResponse.of(
                        primaryUrl.isEmpty() ? Kind.NO_PRIMARY : Kind.NOT_PRIMARY,
                        "Node " + node.name() + " is not the primary of " + database.name() + ".")
                .withId(id);
        return new AnsweredException(primaryUrl.isEmpty() ? error : error.withPrimaryUrl(primaryUrl));
    }

    Transactions transactions(ReplicatedDatabase database, RequestId id) throws AnsweredException {
        return database.transactions().orElseThrow(() -> notPrimary(database, id));
    }

    Reads reads(ReplicatedDatabase database, RequestId id) throws AnsweredException {
        return database.reads().orElseThrow(() -> notPrimary(database, id));
    }

    RequestOutcomes outcomes(ReplicatedDatabase database, RequestId id) throws AnsweredException {
        return database.outcomes().orElseThrow(() -> notPrimary(database, id));
    }

    static ExecuteResponse response(ExecuteOutcome outcome) throws AnsweredException {
        if (outcome instanceof ExecuteOutcome.Done done) {
            return done.response();
        }
        throw new AnsweredException(((ExecuteOutcome.Failed) outcome).error());
    }

    /** Ends the handling of a request with an error in the driver's own form. */
    static final class AnsweredException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient ErrorResponse error;

        AnsweredException(ErrorResponse error) {
            super(error.message());
            this.error = error;
        }

        ErrorResponse error() {
            return error;
        }
    }
}
