package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.Position;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What drivers ask about history: where the primary surely stands, and which epochs this node's log knows. */
final class HeadRoutes {
    private final ReplicaNode node;
    private final WireCodec cbor = WireCodec.cbor(WireLimits.DEFAULT);
    private final WireCodec json = WireCodec.json(WireLimits.DEFAULT);

    HeadRoutes(ReplicaNode node) {
        this.node = node;
    }

    /** Only the primary answers, and only while its lease surely holds: an old one would tell an old head. */
    void head(Exchange exchange) throws IOException {
        ReplicatedDatabase database = database(exchange);
        if (database == null) {
            return;
        }
        ErrorResponse refusal = PrimaryCheck.refusal(node, database, known(exchange));
        if (refusal != null) {
            refuse(exchange, refusal);
            return;
        }
        Optional<Position> head = database.primaryService().surelyHead();
        if (head.isEmpty()) {
            refuse(
                    exchange,
                    ErrorResponse.of(
                            ErrorResponse.Kind.NO_PRIMARY,
                            "Node " + node.name() + " cannot be sure that it still is the primary of " + database.name()
                                    + "."));
            return;
        }
        HeadResponse answer =
                new HeadResponse(database.id(), head.get().epoch(), head.get().txid());
        WireCodec codec = codec(exchange);
        exchange.answer(200, codec.contentType(), codec.encode(answer));
    }

    /** In any role: what the log of this node holds, which is what its replica file shows. */
    void epochs(Exchange exchange) throws IOException {
        ReplicatedDatabase database = database(exchange);
        if (database == null) {
            return;
        }
        List<Tenure> tenures = database.files()
                .map(OpenDatabase::log)
                .map(log -> log.epochHistory())
                .orElse(List.of());
        EpochHistory history = new EpochHistory(tenures.stream()
                .map(tenure -> new EpochHistory.Start(tenure.epoch(), tenure.firstTxid()))
                .toList());
        WireCodec codec = codec(exchange);
        exchange.answer(200, codec.contentType(), codec.encode(history));
    }

    private @Nullable ReplicatedDatabase database(Exchange exchange) throws IOException {
        try {
            return node.databases().byName(exchange.variable());
        } catch (RefusedException unknown) {
            refuse(
                    exchange,
                    ErrorResponse.of(ErrorResponse.Kind.UNKNOWN_DATABASE, String.valueOf(unknown.getMessage())));
            return null;
        }
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
