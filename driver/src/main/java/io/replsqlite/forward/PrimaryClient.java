package io.replsqlite.forward;

import io.github.resilience4j.core.IntervalFunction;
import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.Deadline;
import io.replsqlite.wire.ExecuteRequest;
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
    public Reply execute(ExecuteRequest request, Deadline deadline) throws SQLException {
        String redirectedTo = "";
        int hops = 0;
        for (int attempts = 1; ; attempts++) {
            Attempt attempt = attempt(redirectedTo, request, deadline);
            if (attempt instanceof Attempt.Done done) {
                return new Reply.Done(done.response());
            }
            if (attempt instanceof Attempt.Refused refused) {
                return new Reply.Refused(refused.error());
            }
            if (attempt instanceof Attempt.Unanswered unanswered && request.kind() != ExecuteRequest.Kind.READ) {
                throw new OutcomeUnknownException(
                        "the primary did not answer, the write may have happened: " + unanswered.problem(),
                        request.id().toString(),
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

    private Attempt attempt(String redirectedTo, ExecuteRequest request, Deadline deadline) {
        try {
            String url = redirectedTo.isEmpty() ? locator.primaryUrl() : redirectedTo;
            return url.isEmpty()
                    ? new Attempt.NotExecuted("no node is known to be the primary", "")
                    : transport.exchange(url, locator.bearerToken(), request, deadline);
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
