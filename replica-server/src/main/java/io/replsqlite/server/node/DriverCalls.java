package io.replsqlite.server.node;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.server.config.NodeSetting;
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
import io.replsqlite.wire.WireLimitException;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** What all calls of drivers have in common: their form, who may answer them, and how errors are answered. */
final class DriverCalls {
    private final ReplicaNode node;
    private final WireCodec cbor;
    private final WireCodec json;
    private final MonotonicClock clock;

    DriverCalls(ReplicaNode node, WireLimits limits, MonotonicClock clock) {
        this.node = node;
        this.clock = clock;
        this.cbor = WireCodec.cbor(limits);
        this.json = WireCodec.json(limits);
    }

    /** What a call comes to, given the form in which it speaks. */
    interface Call {
        ExecuteResponse run(WireCodec codec) throws IOException, InterruptedException;
    }

    void answer(Exchange exchange, Call call) throws IOException, InterruptedException {
        WireCodec codec = codecOf(exchange);
        try {
            ExecuteResponse response = call.run(codec);
            exchange.answer(200, codec.contentType(), codec.encode(response));
        } catch (CallRefusedException refused) {
            int status = refused.error().kind().httpStatus();
            exchange.answer(status, codec.contentType(), codec.encode(refused.error()));
        }
    }

    WireCodec codecOf(Exchange exchange) {
        String contentType = exchange.header("Content-Type");
        boolean isJson =
                contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(WireCodec.JSON_TYPE);
        return isJson ? json : cbor;
    }

    /** For a request that is one too many; its body is not read. */
    void refuseOverloaded(Exchange exchange) throws IOException {
        ErrorResponse error = ErrorResponse.of(Kind.OVERLOADED, NodeRoutes.overloaded(NodeSetting.MAX_WAITING_WRITES));
        WireCodec codec = codecOf(exchange);
        exchange.answer(error.kind().httpStatus(), codec.contentType(), codec.encode(error));
    }

    interface Decoder<T> {
        T decode(InputStream in) throws IOException;
    }

    static <T> T decode(Exchange exchange, Decoder<T> decoder) throws IOException {
        try {
            return decoder.decode(new ByteArrayInputStream(exchange.body()));
        } catch (WireLimitException tooMuch) {
            throw new CallRefusedException(ErrorResponse.of(
                    Kind.TOO_LARGE,
                    "The request holds " + tooMuch.getMessage()
                            + "; the limits are the settings max-request-bytes, max-value-bytes and max-statements."
                            + " Nothing was executed."));
        } catch (WireException malformed) {
            throw new CallRefusedException(ErrorResponse.of(Kind.BAD_REQUEST, String.valueOf(malformed.getMessage())));
        }
    }

    /**
     * Between two primaries the caller is held for a moment.
     *
     * @throws CallRefusedException if there is no such database, or this node may not answer for it
     */
    ReplicatedDatabase primary(String name, RequestId id, Epoch known)
            throws CallRefusedException, InterruptedException {
        hold(name);
        return primaryNow(name, id, known);
    }

    /** Between two primaries, waits for a moment. */
    private void hold(String name) throws CallRefusedException, InterruptedException {
        PrimaryCheck.hold(node, database(name), clock);
    }

    /** As {@link #primary}, for what would write. */
    ReplicatedDatabase primaryForWrite(String name, RequestId id, Epoch known)
            throws CallRefusedException, InterruptedException {
        holdWrite(name);
        return primaryNow(name, id, known);
    }

    /** Between two primaries, waits for a moment; from when the first one takes no more writes. */
    void holdWrite(String name) throws CallRefusedException, InterruptedException {
        PrimaryCheck.holdWrite(node, database(name), clock);
    }

    /** As {@link #primary}, at once. */
    ReplicatedDatabase primaryNow(String name, RequestId id, Epoch known) throws CallRefusedException {
        ReplicatedDatabase database = database(name);
        ErrorResponse refusal = PrimaryCheck.refusal(node, database, known);
        if (refusal != null) {
            throw new CallRefusedException(refusal.withId(id));
        }
        return database;
    }

    /** Only the primary knows for sure which databases there are: a follower may not have heard of a new one yet. */
    ReplicatedDatabase database(String name) throws CallRefusedException {
        try {
            return node.databases().byName(name);
        } catch (RefusedException unknown) {
            throw new CallRefusedException(unknown(String.valueOf(unknown.getMessage())));
        }
    }

    private ErrorResponse unknown(String message) {
        if (node.databases().isClosed()) {
            return PrimaryCheck.elsewhere(node, "Node " + node.name() + " stops.");
        }
        return node.isPrimary()
                ? ErrorResponse.of(Kind.UNKNOWN_DATABASE, message)
                : PrimaryCheck.elsewhere(node, message + " It is not the primary, which may have it.");
    }

    private CallRefusedException notPrimary(ReplicatedDatabase database, RequestId id) {
        return new CallRefusedException(PrimaryCheck.notPrimary(node, database).withId(id));
    }

    Transactions transactions(ReplicatedDatabase database, RequestId id) throws CallRefusedException {
        return database.transactions().orElseThrow(() -> notPrimary(database, id));
    }

    Reads reads(ReplicatedDatabase database, RequestId id) throws CallRefusedException {
        return database.reads().orElseThrow(() -> notPrimary(database, id));
    }

    RequestOutcomes outcomes(ReplicatedDatabase database, RequestId id) throws CallRefusedException {
        return database.outcomes().orElseThrow(() -> notPrimary(database, id));
    }

    /** @throws CallRefusedException if no write can have this durability here */
    static void requirePossible(ReplicatedDatabase database, Durability asked, RequestId id)
            throws CallRefusedException {
        String why = database.whyImpossible(asked).orElse(null);
        if (why != null) {
            throw new CallRefusedException(ErrorResponse.of(Kind.REFUSED, why + " Nothing was executed.")
                    .withId(id));
        }
    }

    static ExecuteResponse response(ExecuteOutcome outcome) throws CallRefusedException {
        if (outcome instanceof ExecuteOutcome.Done done) {
            return done.response();
        }
        throw new CallRefusedException(((ExecuteOutcome.Failed) outcome).error());
    }
}
