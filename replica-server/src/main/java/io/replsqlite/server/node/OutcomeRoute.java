package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeAnswer.State;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Answers what became of a request, waiting for one that is under way. Only a primary knows, and only as long as no other
 * node can lead: what an old one says of its own log may be undone, what it misses may have happened elsewhere.
 */
final class OutcomeRoute {
    private static final WireCodec CBOR = WireCodec.cbor(WireLimits.DEFAULT);

    private final ReplicaNode node;
    private final DriverCalls calls;

    OutcomeRoute(ReplicaNode node, DriverCalls calls) {
        this.node = node;
        this.calls = calls;
    }

    void handle(Exchange exchange) throws IOException, InterruptedException {
        try {
            OutcomeQuestion question = DriverCalls.decode(exchange, CBOR::decodeOutcomeQuestion);
            OutcomeAnswer answer = outcome(exchange.variable(), question);
            exchange.answer(200, WireCodec.CBOR_TYPE, CBOR.encode(answer));
        } catch (CallRefusedException refused) {
            ErrorResponse error = refused.error();
            exchange.answer(error.kind().httpStatus(), WireCodec.CBOR_TYPE, CBOR.encode(error));
        }
    }

    /** @throws CallRefusedException with the error to answer */
    OutcomeAnswer outcome(String databaseName, OutcomeQuestion question)
            throws CallRefusedException, InterruptedException {
        ReplicatedDatabase database = calls.database(databaseName);
        RequestOutcomes outcomes = database.outcomes()
                .orElseThrow(() -> new CallRefusedException(PrimaryCheck.notPrimary(node, database)));
        OutcomeAnswer answer = answer(outcomes, question);
        if (!database.holdsLease()) {
            throw new CallRefusedException(ErrorResponse.of(
                    ErrorResponse.Kind.NO_PRIMARY,
                    "Node " + node.name() + " is not sure that it is still the primary."));
        }
        return answer;
    }

    private static OutcomeAnswer answer(RequestOutcomes outcomes, OutcomeQuestion question)
            throws InterruptedException {
        boolean complete = outcomes.isCompleteSince(question.since());
        CompletableFuture<ExecuteResponse> found =
                complete ? outcomes.findOrForbid(question.id()) : outcomes.find(question.id());
        if (found == null) { // asked again: what was forgotten since the first look would not have been found
            boolean proven = complete && outcomes.isCompleteSince(question.since());
            return without(proven ? State.NOT_COMMITTED : State.UNKNOWN);
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
}
