package io.replsqlite.forward;

import io.github.resilience4j.core.IntervalFunction;
import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

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
    public Reply<ExecuteResponse> execute(ExecuteRequest request, Deadline deadline) throws SQLException {
        RequestId write = request.kind() == ExecuteRequest.Kind.READ ? null : request.id();
        return ask((url, token) -> transport.execute(url, token, request, deadline), write, deadline);
    }

    /**
     * Where the primary stands now.
     *
     * @param known the highest epoch the client knows
     * @throws SQLTransientConnectionException 08001 if no primary answered in time
     */
    public Reply<HeadResponse> head(String database, Epoch known, Deadline deadline) throws SQLException {
        return ask((url, token) -> transport.head(url, token, database, known, deadline), null, deadline);
    }

    /** The epochs that a node's log knows. @throws IOException with the reason if it does not answer */
    public EpochHistory epochs(String nodeUrl, String database, Deadline deadline) throws IOException {
        Attempt<EpochHistory> attempt = transport.epochs(nodeUrl, locator.bearerToken(), database, deadline);
        if (attempt instanceof Attempt.Done<EpochHistory> done) {
            return done.answer();
        }
        throw new IOException("the node " + nodeUrl + " did not tell its epochs: " + problem(attempt));
    }

    private interface Question<T> {
        Attempt<T> at(String nodeUrl, String bearerToken);
    }

    /** @param write the request, if it is a write: sent and not answered, it must not be sent again */
    private <T> Reply<T> ask(Question<T> question, @Nullable RequestId write, Deadline deadline) throws SQLException {
        String redirectedTo = "";
        int hops = 0;
        for (int attempts = 1; ; attempts++) {
            Attempt<T> attempt = attempt(redirectedTo, question);
            if (attempt instanceof Attempt.Done<T> done) {
                return new Reply.Done<>(done.answer());
            }
            if (attempt instanceof Attempt.Refused<T> refused) {
                return new Reply.Refused<>(refused.error());
            }
            if (attempt instanceof Attempt.Unanswered<T> unanswered && write != null) {
                throw new OutcomeUnknownException(
                        "the primary did not answer, the write may have happened: " + unanswered.problem(),
                        write.toString(),
                        unanswered.problem());
            }
            String otherUrl = attempt instanceof Attempt.NotExecuted<T> elsewhere ? elsewhere.otherUrl() : "";
            // Two nodes that name each other must not be asked in a tight circle.
            hops = otherUrl.isEmpty() ? 0 : hops + 1;
            boolean hopsOn = hops > 0 && hops <= HOPS_WITHOUT_PAUSE;
            long pauseNanos = hopsOn ? 0 : TimeUnit.MILLISECONDS.toNanos(BACK_OFF.apply(Math.min(attempts, 20)));
            pause(pauseNanos, attempt, deadline);
            hops = hopsOn ? hops : 0;
            redirectedTo = otherUrl;
        }
    }

    private <T> Attempt<T> attempt(String redirectedTo, Question<T> question) {
        try {
            String url = redirectedTo.isEmpty() ? locator.primaryUrl() : redirectedTo;
            return url.isEmpty()
                    ? new Attempt.NotExecuted<>("no node is known to be the primary", "")
                    : question.at(url, locator.bearerToken());
        } catch (IOException e) {
            return new Attempt.NotExecuted<>("the node's directory cannot be read: " + e, "");
        }
    }

    /** Ends the attempts while nothing was executed, rather than send a write that has no time to be answered. */
    private static void pause(long pauseNanos, Attempt<?> last, Deadline deadline) throws SQLException {
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

    private static SQLException unavailable(String what, Attempt<?> last) {
        IOException cause = last instanceof Attempt.Unanswered<?> unanswered ? unanswered.problem() : null;
        return new SQLTransientConnectionException(what + problem(last), "08001", cause);
    }

    private static String problem(Attempt<?> attempt) {
        if (attempt instanceof Attempt.Unanswered<?> unanswered) {
            return unanswered.problem().toString();
        }
        if (attempt instanceof Attempt.Refused<?> refused) {
            return refused.error().message();
        }
        return attempt instanceof Attempt.NotExecuted<?> notExecuted ? notExecuted.problem() : "";
    }
}
