package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.Position;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.util.List;

/** What drivers ask about history: where the primary surely stands, and which epochs this node's log knows. */
final class HeadRoutes {
    private final ReplicaNode node;
    private final DriverCalls calls;
    private final WireCodec cbor = WireCodec.cbor(WireLimits.DEFAULT);
    private final WireCodec json = WireCodec.json(WireLimits.DEFAULT);

    HeadRoutes(ReplicaNode node, DriverCalls calls) {
        this.node = node;
        this.calls = calls;
    }

    void head(Exchange exchange) throws IOException {
        WireCodec codec = codec(exchange);
        try {
            HeadResponse head = head(exchange.variable(), known(exchange));
            exchange.answer(200, codec.contentType(), codec.encode(head));
        } catch (CallRefusedException refused) {
            refuse(exchange, refused.error());
        }
    }

    /** Only the primary answers, and only while its lease surely holds: an old one would tell an old head. */
    HeadResponse head(String databaseName, Epoch known) throws IOException {
        ReplicatedDatabase database = calls.database(databaseName);
        ErrorResponse refusal = PrimaryCheck.refusal(node, database, known);
        if (refusal != null) {
            throw new CallRefusedException(refusal);
        }
        Position head = database.primaryService().surelyHead().orElseThrow(() -> unsure(database));
        return new HeadResponse(database.id(), head.epoch(), head.txid());
    }

    private CallRefusedException unsure(ReplicatedDatabase database) {
        return new CallRefusedException(ErrorResponse.of(
                ErrorResponse.Kind.NO_PRIMARY,
                "Node " + node.name() + " cannot be sure that it still is the primary of " + database.name() + "."));
    }

    void epochs(Exchange exchange) throws IOException {
        WireCodec codec = codec(exchange);
        try {
            exchange.answer(200, codec.contentType(), codec.encode(epochs(exchange.variable())));
        } catch (CallRefusedException refused) {
            refuse(exchange, refused.error());
        }
    }

    /** In any role: what the log of this node holds, which is what its replica file shows. */
    EpochHistory epochs(String databaseName) throws CallRefusedException {
        List<Tenure> tenures = calls.database(databaseName)
                .files()
                .map(OpenDatabase::log)
                .map(log -> log.epochHistory())
                .orElse(List.of());
        return new EpochHistory(tenures.stream()
                .map(tenure -> new EpochHistory.Start(tenure.epoch(), tenure.firstTxid()))
                .toList());
    }

    private static Epoch known(Exchange exchange) throws RefusedException {
        String text = exchange.query("epoch");
        try {
            return text == null ? Epoch.NONE : new Epoch(Long.parseLong(text));
        } catch (IllegalArgumentException malformed) {
            throw new RefusedException(400, "badEpoch", "epoch=" + text + " is not an epoch, a whole number.");
        }
    }

    private void refuse(Exchange exchange, ErrorResponse error) throws IOException {
        WireCodec codec = codec(exchange);
        exchange.answer(error.kind().httpStatus(), codec.contentType(), codec.encode(error));
    }

    /** Programs ask for CBOR; whoever does not is taken for a person. */
    private WireCodec codec(Exchange exchange) {
        String accepted = exchange.header("Accept");
        return accepted != null && accepted.contains(WireCodec.CBOR_TYPE) ? cbor : json;
    }
}
