package io.replsqlite.forward;

import io.github.resilience4j.core.IntervalFunction;
import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.Deadline;
import io.replsqlite.forward.HttpTransport.Outgoing;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings a request to the primary, wherever it is now. Asks again only while nothing can have been executed: the request
 * provably never left, a node said so, or it only reads.
 */
public final class PrimaryClient {
    private static final System.Logger LOG = System.getLogger(PrimaryClient.class.getName());
    private static final IntervalFunction BACK_OFF =
            IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(2), 2.0, 0.5, Duration.ofMillis(100));

    private static final int HOPS_WITHOUT_PAUSE = 2;
    private static final long SHORTEST_EXCHANGE_NANOS = 100_000_000;

    private final HttpTransport transport;
    private final PrimaryLocator locator;

    public PrimaryClient(PrimaryLocator locator, Duration connectTimeout) {
        this.locator = locator;
        this.transport = new HttpTransport(connectTimeout);
    }

    /**
     * @throws SQLTransientConnectionException 08001 if no primary took the request in time: nothing was executed
     * @throws OutcomeUnknownException 08007 if a write was sent and no answer came
     */
    public Delivered execute(ExecuteRequest request, Deadline deadline) throws SQLException {
        boolean repeatable = request.kind() == ExecuteRequest.Kind.READ;
        return deliver(transport.outgoing(request), repeatable, deadline);
    }

    /** The first step of a transaction; as long as there is no COMMIT, nothing has happened. */
    Delivered begin(Outgoing firstStep, Deadline deadline) throws SQLException {
        return deliver(firstStep, true, deadline);
    }

    HttpTransport transport() {
        return transport;
    }

    String bearerToken() throws IOException {
        return locator.bearerToken();
    }

    /** What is behind an unfinished read; at the node that answered it. */
    public Reply page(String nodeUrl, CursorRequest request, Deadline deadline) throws SQLException {
        byte[] body = transport.codec().encode(request);
        Outgoing message = new Outgoing("cursors", request.database(), request.id(), body);
        Attempt attempt = attempt(nodeUrl, message, deadline);
        if (attempt instanceof Attempt.Done done) {
            return new Reply.Done(done.response());
        }
        if (attempt instanceof Attempt.Refused refused) {
            return new Reply.Refused(refused.error());
        }
        throw unavailable("the rest of the result cannot be read any more: ", attempt);
    }

    /** Asks the primary to interrupt a request or a transaction's statement; whether it comes in time is not known. */
    public void cancel(String database, RequestId id, String nodeUrl) {
        signal("cancel", database, id, nodeUrl);
    }

    void signal(String route, String database, RequestId id, String nodeUrl) {
        try {
            String url = nodeUrl.isEmpty() ? locator.primaryUrl() : nodeUrl;
            transport.signal(url, locator.bearerToken(), database, route, id);
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.DEBUG, "no signal was sent: the node's directory cannot be read", unreadable);
        }
    }

    /** @param repeatable whether it may be sent again although it may have arrived */
    private Delivered deliver(Outgoing message, boolean repeatable, Deadline deadline) throws SQLException {
        String redirectedTo = "";
        int hops = 0;
        for (int attempts = 1; ; attempts++) {
            String url = locate(redirectedTo);
            Attempt attempt = attempt(url, message, deadline);
            if (attempt instanceof Attempt.Done done) {
                return new Delivered(new Reply.Done(done.response()), url);
            }
            if (attempt instanceof Attempt.Refused refused) {
                return new Delivered(new Reply.Refused(refused.error()), url);
            }
            if (attempt instanceof Attempt.Unanswered unanswered && !repeatable) {
                throw new OutcomeUnknownException(
                        "the primary did not answer, the write may have happened: " + unanswered.problem(),
                        message.answerId().toString(),
                        unanswered.problem());
            }
            String otherUrl = attempt instanceof Attempt.NotExecuted elsewhere ? elsewhere.otherUrl() : "";
            // Two nodes that name each other must not be asked in a tight circle.
            hops = otherUrl.isEmpty() ? 0 : hops + 1;
            boolean hopsOn = hops > 0 && hops <= HOPS_WITHOUT_PAUSE;
            long pauseNanos = hopsOn ? 0 : TimeUnit.MILLISECONDS.toNanos(BACK_OFF.apply(Math.min(attempts, 20)));
            pause(pauseNanos, attempt, deadline);
            hops = hopsOn ? hops : 0;
            redirectedTo = otherUrl;
        }
    }

    private String locate(String redirectedTo) {
        try {
            return redirectedTo.isEmpty() ? locator.primaryUrl() : redirectedTo;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the node's directory cannot be read", e);
            return "";
        }
    }

    private Attempt attempt(String url, Outgoing message, Deadline deadline) {
        try {
            return url.isEmpty()
                    ? new Attempt.NotExecuted("no node is known to be the primary", "")
                    : transport.exchange(url, locator.bearerToken(), message, deadline);
        } catch (IOException e) {
            return new Attempt.NotExecuted("the node's directory cannot be read: " + e, "");
        }
    }

    /** Ends the attempts while nothing was executed, rather than send a write that has no time to be answered. */
    private static void pause(long pauseNanos, Attempt last, Deadline deadline) throws SQLException {
        if (deadline.remainingNanos() <= pauseNanos + SHORTEST_EXCHANGE_NANOS) {
            throw unavailable("no primary took the statement in time, nothing was executed: ", last);
        }
        if (pauseNanos > 0) {
            LockSupport.parkNanos(pauseNanos);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw unavailable("interrupted before a primary took the statement, nothing was executed: ", last);
        }
    }

    private static SQLException unavailable(String what, Attempt last) {
        if (last instanceof Attempt.Unanswered unanswered) {
            return new SQLTransientConnectionException(what + unanswered.problem(), "08001", unanswered.problem());
        }
        String problem = last instanceof Attempt.NotExecuted notExecuted ? notExecuted.problem() : "";
        return new SQLTransientConnectionException(what + problem, "08001");
    }
}
