package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.embed.NodeCalls;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something to bring to the primary, and how its answer is read. What is sent again only reads, or the
 * primary knows it by its id.
 */
interface Message<T> {
    String database();

    /** The last segment of the path. */
    String route();

    /** The body; null for a question that has none. */
    default byte @Nullable [] encode(WireCodec codec) {
        return null;
    }

    /** What stands behind the path. */
    default Map<String, String> query() {
        return Map.of();
    }

    T decode(WireCodec codec, InputStream answer) throws IOException;

    /** The same without encoding. @throws IOException if it is not known what became of it */
    T ask(NodeCalls node) throws CallRefusedException, IOException, InterruptedException;

    /** What to send after an attempt without an answer. */
    default Message<T> again() {
        return this;
    }

    /** One exchange with one node. */
    default Attempt<T> over(Transport transport, String nodeUrl, String bearerToken, Deadline deadline) {
        return transport.exchange(nodeUrl, bearerToken, this, deadline);
    }

    /** One whose answer says by its id that it is the right one. */
    interface Identified extends Message<ExecuteResponse> {
        RequestId answerId();

        @Override
        default ExecuteResponse decode(WireCodec codec, InputStream answer) throws IOException {
            ExecuteResponse response = codec.decodeResponse(answer);
            requireAnswerTo(answerId(), response);
            return response;
        }
    }

    record Execute(ExecuteRequest request) implements Identified {
        @Override
        public String database() {
            return request.database();
        }

        @Override
        public String route() {
            return "execute";
        }

        @Override
        public byte[] encode(WireCodec codec) {
            return codec.encode(request);
        }

        @Override
        public RequestId answerId() {
            return request.id();
        }

        @Override
        public ExecuteResponse ask(NodeCalls node) throws CallRefusedException, IOException, InterruptedException {
            return node.execute(request);
        }

        @Override
        public Message<ExecuteResponse> again() {
            return new Execute(request.again());
        }

        @Override
        public Attempt<ExecuteResponse> over(
                Transport transport, String nodeUrl, String bearerToken, Deadline deadline) {
            return transport.execute(nodeUrl, bearerToken, request, deadline);
        }
    }

    /** A step of a transaction; its node knows it by its number. */
    record Step(TransactionStep step) implements Identified {
        @Override
        public String database() {
            return step.database();
        }

        @Override
        public String route() {
            return "transactions";
        }

        @Override
        public byte[] encode(WireCodec codec) {
            return codec.encode(step);
        }

        @Override
        public RequestId answerId() {
            return step.answerId();
        }

        @Override
        public ExecuteResponse ask(NodeCalls node) throws CallRefusedException, IOException, InterruptedException {
            return node.step(step);
        }
    }

    /** The next page of a read. Not sent again: the page may be gone with the answer. */
    record Page(CursorRequest request) implements Identified {
        @Override
        public String database() {
            return request.database();
        }

        @Override
        public String route() {
            return "cursors";
        }

        @Override
        public byte[] encode(WireCodec codec) {
            return codec.encode(request);
        }

        @Override
        public RequestId answerId() {
            return request.id();
        }

        @Override
        public ExecuteResponse ask(NodeCalls node) throws CallRefusedException, IOException {
            return node.page(request);
        }

        @Override
        public Message<ExecuteResponse> again() {
            throw new IllegalStateException("a page is asked for once");
        }
    }

    /** @throws WireException if the answer is another request's */
    static void requireAnswerTo(RequestId id, ExecuteResponse response) throws WireException {
        if (!response.id().equals(id)) {
            throw new WireException("the answer is to request " + response.id());
        }
    }

    record AskOutcome(String database, OutcomeQuestion question) implements Message<OutcomeAnswer> {
        @Override
        public String route() {
            return "outcome";
        }

        @Override
        public byte[] encode(WireCodec codec) {
            return codec.encode(question);
        }

        @Override
        public OutcomeAnswer decode(WireCodec codec, InputStream answer) throws IOException {
            return codec.decodeOutcomeAnswer(answer);
        }

        @Override
        public OutcomeAnswer ask(NodeCalls node) throws CallRefusedException, IOException, InterruptedException {
            return node.outcome(database, question);
        }
    }

    /** @param known the highest epoch that the client knows: an older primary refuses */
    record AskHead(String database, Epoch known) implements Message<HeadResponse> {
        @Override
        public String route() {
            return "head";
        }

        @Override
        public Map<String, String> query() {
            return Map.of("epoch", known.toString());
        }

        @Override
        public HeadResponse decode(WireCodec codec, InputStream answer) throws IOException {
            return codec.decodeHead(answer);
        }

        @Override
        public HeadResponse ask(NodeCalls node) throws CallRefusedException, IOException {
            return node.head(database, known);
        }
    }

    /** Any node answers this one. */
    record AskEpochs(String database) implements Message<EpochHistory> {
        @Override
        public String route() {
            return "epochs";
        }

        @Override
        public EpochHistory decode(WireCodec codec, InputStream answer) throws IOException {
            return codec.decodeHistory(answer);
        }

        @Override
        public EpochHistory ask(NodeCalls node) throws CallRefusedException {
            return node.epochs(database);
        }
    }
}
