package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.embed.EmbeddedNode;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.io.InterruptedIOException;

/** To the node of this process without a socket and without encoding; to every other node by the other transport. */
final class InProcessTransport implements Transport {
    private final EmbeddedNode node;
    private final Transport toOthers;

    InProcessTransport(EmbeddedNode node, Transport toOthers) {
        this.node = node;
        this.toOthers = toOthers;
    }

    @Override
    public <T> Attempt<T> exchange(String nodeUrl, String bearerToken, Message<T> message, Deadline deadline) {
        if (node.isClosed()) {
            return Attempt.NotExecuted.forGood(
                    "the embedded node " + node.name() + " is closed: open a new connection");
        }
        return nodeUrl.equals(node.url()) ? ask(message) : toOthers.exchange(nodeUrl, bearerToken, message, deadline);
    }

    @Override
    public Attempt<ExecuteResponse> execute(
            String nodeUrl, String bearerToken, ExecuteRequest request, Deadline deadline) {
        return nodeUrl.equals(node.url())
                ? exchange(nodeUrl, bearerToken, new Message.Execute(request), deadline)
                : toOthers.execute(nodeUrl, bearerToken, request, deadline);
    }

    private <T> Attempt<T> ask(Message<T> message) {
        try {
            return new Attempt.Done<>(message.ask(node.calls()));
        } catch (CallRefusedException refused) {
            return Attempt.ofRefusal(refused.error());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            IOException unheard = new InterruptedIOException("interrupted while the node worked on it");
            return new Attempt.Unanswered<>(unheard);
        } catch (IOException unheard) {
            return new Attempt.Unanswered<>(unheard);
        }
    }

    @Override
    public void signal(String nodeUrl, String bearerToken, String database, Signal signal, RequestId id) {
        if (!nodeUrl.equals(node.url())) {
            toOthers.signal(nodeUrl, bearerToken, database, signal, id);
            return;
        }
        switch (signal) {
            case ALIVE -> node.calls().showLife(database, id);
            case CANCEL -> node.calls().cancel(database, id);
            case ABANDON -> node.calls().abandon(database, id);
        }
    }
}
