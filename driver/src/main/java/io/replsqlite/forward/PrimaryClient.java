package io.replsqlite.forward;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.embed.EmbeddedNode;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Brings requests to the primary, wherever it is now. A request whose answer is lost is sent again under the same id: the
 * primary executes it once, and after a failover the next one knows from its log whether it was executed.
 */
public final class PrimaryClient {
    private static final System.Logger LOG = System.getLogger(PrimaryClient.class.getName());

    private final Transport transport;
    private final PrimaryLocator locator;

    /** @param embedded the node of this process; null if there is none */
    public PrimaryClient(PrimaryLocator locator, Duration connectTimeout, @Nullable EmbeddedNode embedded) {
        this.locator = locator;
        Transport http = new HttpTransport(connectTimeout, locator);
        this.transport = embedded == null ? http : new InProcessTransport(embedded, http);
    }

    /**
     * @throws SQLTransientConnectionException 08001 if no primary took the request in time: nothing was executed
     * @throws OutcomeUnknownException 08007 if a write was sent and its outcome was not found out in time
     */
    public Delivered execute(ExecuteRequest request, Deadline deadline) throws SQLException {
        Delivery<ExecuteResponse> delivery = new Delivery<>(transport, locator, new Message.Execute(request), deadline);
        Reply<ExecuteResponse> reply = delivery.run();
        if (reply != null) {
            return new Delivered(reply, delivery.askedUrl());
        }
        IOException lost = delivery.unanswered();
        if (lost != null && request.kind() != ExecuteRequest.Kind.READ) {
            throw new OutcomeUnknownException(
                    "the write was sent and no primary told its outcome in time, it may have happened ("
                            + delivery.problem() + ")",
                    request.id().toString(),
                    lost);
        }
        throw unavailable("no primary took the statement in time, nothing was executed: ", delivery);
    }

    /** @throws SQLTransientConnectionException 08001 if no primary answered in time */
    public Reply<OutcomeAnswer> outcome(String database, OutcomeQuestion question, Deadline deadline)
            throws SQLException {
        Delivery<OutcomeAnswer> delivery =
                new Delivery<>(transport, locator, new Message.AskOutcome(database, question), deadline);
        Reply<OutcomeAnswer> reply = delivery.run();
        if (reply == null) {
            throw unavailable("no primary told in time what became of the request: ", delivery);
        }
        return reply;
    }

    /** The first step of a transaction; as long as there is no COMMIT, nothing has happened. */
    Delivered begin(TransactionStep first, Deadline deadline) throws SQLException {
        Delivery<ExecuteResponse> delivery = new Delivery<>(transport, locator, new Message.Step(first), deadline);
        Reply<ExecuteResponse> reply = delivery.run();
        if (reply == null) {
            throw unavailable("no primary took the transaction in time, nothing was executed: ", delivery);
        }
        return new Delivered(reply, delivery.askedUrl());
    }

    /** What is behind an unfinished read; at the node that answered it. */
    public Reply<ExecuteResponse> page(String nodeUrl, CursorRequest request, Deadline deadline) throws SQLException {
        Attempt<ExecuteResponse> attempt = exchange(nodeUrl, new Message.Page(request), deadline);
        if (attempt instanceof Attempt.NotExecuted<ExecuteResponse> unheard
                && unheard.cause() == Attempt.NotExecuted.Cause.UNREACHABLE) {
            attempt = exchange(nodeUrl, new Message.Page(request), deadline); // by a connection that is not over
        }
        if (attempt instanceof Attempt.Done<ExecuteResponse> done) {
            return new Reply.Done<>(done.answer());
        }
        if (attempt instanceof Attempt.Refused<ExecuteResponse> refused) {
            return new Reply.Refused<>(refused.error());
        }
        String problem = attempt instanceof Attempt.NotExecuted<ExecuteResponse> elsewhere
                ? elsewhere.problem()
                : String.valueOf(((Attempt.Unanswered<ExecuteResponse>) attempt).problem());
        throw new SQLTransientConnectionException(
                "the rest of the result cannot be read any more: " + problem, "08001");
    }

    /** One try at one node. */
    <T> Attempt<T> exchange(String nodeUrl, Message<T> message, Deadline deadline) {
        try {
            return transport.exchange(nodeUrl, locator.bearerToken(), message, deadline);
        } catch (IOException unreadable) {
            return new Attempt.NotExecuted<>("the node's directory cannot be read: " + unreadable, "");
        }
    }

    /** Asks the primary to interrupt a request; whether that comes in time is not known. */
    public void cancel(String database, RequestId id) {
        try {
            signal(Signal.CANCEL, database, id, locator.primaryUrl());
        } catch (IOException unreadable) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "nothing was cancelled: the node's directory cannot be read",
                    unreadable);
        }
    }

    /** Asks the node that answers a read to interrupt it. */
    public void cancelRead(String nodeUrl, String database, RequestId id) {
        signal(Signal.CANCEL, database, id, nodeUrl);
    }

    void signal(Signal signal, String database, RequestId id, String nodeUrl) {
        try {
            transport.signal(nodeUrl, locator.bearerToken(), database, signal, id);
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.DEBUG, "no signal was sent: the node's directory cannot be read", unreadable);
        }
    }

    /**
     * Where the primary stands now.
     *
     * @param known the highest epoch that the client knows
     * @throws SQLTransientConnectionException 08001 if no primary answered in time
     */
    public Reply<HeadResponse> head(String database, Epoch known, Deadline deadline) throws SQLException {
        Delivery<HeadResponse> delivery =
                new Delivery<>(transport, locator, new Message.AskHead(database, known), deadline);
        Reply<HeadResponse> reply = delivery.run();
        if (reply == null) {
            throw unavailable("no primary told in time where it stands: ", delivery);
        }
        return reply;
    }

    /** The epochs that one node's log knows. @throws IOException with the reason if it does not answer */
    public EpochHistory epochs(String nodeUrl, String database, Deadline deadline) throws IOException {
        Attempt<EpochHistory> attempt =
                transport.exchange(nodeUrl, locator.bearerToken(), new Message.AskEpochs(database), deadline);
        if (attempt instanceof Attempt.Done<EpochHistory> done) {
            return done.answer();
        }
        throw new IOException("the node " + nodeUrl + " did not tell its epochs: " + attempt);
    }

    private static SQLException unavailable(String what, Delivery<?> delivery) {
        return new SQLTransientConnectionException(what + delivery.problem(), "08001", delivery.unanswered());
    }
}
