package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeAnswer.State;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireException;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Answers what became of a request, waiting for one that is under way. Only a primary knows. */
final class OutcomeRoute {
    private static final WireCodec CBOR = WireCodec.cbor(WireLimits.DEFAULT);

    private final ReplicaNode node;

    OutcomeRoute(ReplicaNode node) {
        this.node = node;
    }

    void handle(Exchange exchange) throws IOException, InterruptedException {
        OutcomeQuestion question;
        try {
            question = CBOR.decodeOutcomeQuestion(new ByteArrayInputStream(exchange.body()));
        } catch (WireException malformed) {
            refuse(exchange, ErrorResponse.of(ErrorResponse.Kind.BAD_REQUEST, String.valueOf(malformed.getMessage())));
            return;
        }
        ReplicatedDatabase database;
        try {
            database = node.databases().byName(exchange.variable());
        } catch (RefusedException unknown) {
            refuse(
                    exchange,
                    ErrorResponse.of(ErrorResponse.Kind.UNKNOWN_DATABASE, String.valueOf(unknown.getMessage())));
            return;
        }
        RequestOutcomes outcomes = database.outcomes().orElse(null);
        if (outcomes == null) {
            refuse(exchange, PrimaryCheck.notPrimary(node, database));
            return;
        }
        exchange.answer(200, WireCodec.CBOR_TYPE, CBOR.encode(answer(outcomes, question)));
    }

    private static OutcomeAnswer answer(RequestOutcomes outcomes, OutcomeQuestion question)
            throws InterruptedException {
        boolean complete = outcomes.isCompleteSince(question.since());
        CompletableFuture<ExecuteResponse> found =
                complete ? outcomes.findOrForbid(question.id()) : outcomes.find(question.id());
        if (found == null) {
            return without(complete ? State.NOT_COMMITTED : State.UNKNOWN);
        }
        try {
            ExecuteResponse response = found.get();
            return new OutcomeAnswer(State.COMMITTED, response.epoch(), response.txid());
        } catch (ExecutionException failed) {
            // what SQLite has refused must not succeed later either, now that somebody relies on it
            boolean refused = !mayHaveHappened(failed.getCause()) && outcomes.findOrForbid(question.id()) == null;
            return without(refused ? State.NOT_COMMITTED : State.UNKNOWN);
        }
    }

    private static OutcomeAnswer without(State state) {
        return new OutcomeAnswer(state, Epoch.NONE, Txid.ZERO);
    }

    private static boolean mayHaveHappened(@Nullable Throwable cause) {
        return cause instanceof WriteFailedException failed && failed.outcome() == WriteFailedException.Outcome.UNKNOWN;
    }

    private static void refuse(Exchange exchange, ErrorResponse error) throws IOException {
        exchange.answer(error.kind().httpStatus(), WireCodec.CBOR_TYPE, CBOR.encode(error));
    }
}
