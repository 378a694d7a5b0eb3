package io.replsqlite.forward;

import io.github.resilience4j.core.IntervalFunction;
import io.replsqlite.base.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the primary, wherever that is now: redirected, held back while no node leads, and sent again
 * when an answer is lost. Belongs to the calling thread.
 */
final class Delivery<T> {
    private static final IntervalFunction BACK_OFF =
            IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(2), 2.0, 0.5, Duration.ofMillis(100));

    private static final int HOPS_WITHOUT_PAUSE = 2;
    private static final int LONGEST_BACK_OFF_AT = 20;
    private static final long SHORTEST_EXCHANGE_NANOS = 100_000_000;

    private final Transport transport;
    private final PrimaryLocator locator;
    private final Deadline deadline;
    private Message<T> message;
    private String redirectedTo = "";
    private String askedUrl = "";
    private int hops;
    private int attempts;

    /** The last time that the message was sent and nothing came back: from then on it may have been executed. */
    private @Nullable IOException unanswered;

    Delivery(Transport transport, PrimaryLocator locator, Message<T> message, Deadline deadline) {
        this.transport = transport;
        this.locator = locator;
        this.message = message;
        this.deadline = deadline;
    }

    /** Null if no primary answered in time; {@link #unanswered} tells whether the message was ever sent. */
    @Nullable
    Reply<T> run() {
        while (true) {
            Attempt<T> attempt = attempt();
            attempts++;
            if (attempt instanceof Attempt.Done<T> done) {
                locator.answered(askedUrl);
                return new Reply.Done<>(done.answer());
            }
            if (attempt instanceof Attempt.Refused<T> refused) {
                return new Reply.Refused<>(refused.error());
            }
            locator.failed(askedUrl);
            if (attempt instanceof Attempt.Unanswered<T> lost) {
                unanswered = lost.problem();
                message = message.again();
            }
            if (!prepareNext(attempt)) {
                return null;
            }
        }
    }

    @Nullable
    IOException unanswered() {
        return unanswered;
    }

    /** The node that was asked last. */
    String askedUrl() {
        return askedUrl;
    }

    private String problem = "";

    /** Why the last attempt led nowhere. */
    String problem() {
        return problem;
    }

    private Attempt<T> attempt() {
        try {
            String url = redirectedTo.isEmpty() ? locator.primaryUrl() : redirectedTo;
            askedUrl = url;
            return url.isEmpty()
                    ? new Attempt.NotExecuted<>("no node is known to be the primary", "")
                    : message.over(transport, url, locator.bearerToken(), deadline);
        } catch (IOException e) {
            return new Attempt.NotExecuted<>("the node's directory cannot be read: " + e, "");
        }
    }

    /** Whom to ask next, after which pause; false if there is no time for it. */
    private boolean prepareNext(Attempt<T> attempt) {
        String otherUrl = attempt instanceof Attempt.NotExecuted<T> elsewhere ? elsewhere.otherUrl() : "";
        problem =
                attempt instanceof Attempt.NotExecuted<T> elsewhere ? elsewhere.problem() : String.valueOf(unanswered);
        if (attempt instanceof Attempt.NotExecuted<T> last && last.cause() == Attempt.NotExecuted.Cause.OVER) {
            return false;
        }
        // Two nodes that name each other must not be asked in a tight circle.
        hops = otherUrl.isEmpty() ? 0 : hops + 1;
        boolean hopsOn = hops > 0 && hops <= HOPS_WITHOUT_PAUSE;
        long pauseNanos =
                hopsOn ? 0 : TimeUnit.MILLISECONDS.toNanos(BACK_OFF.apply(Math.min(attempts, LONGEST_BACK_OFF_AT)));
        hops = hopsOn ? hops : 0;
        redirectedTo = otherUrl;
        return pause(pauseNanos);
    }

    /** Ends the attempts rather than send a message that has no time to be answered. */
    private boolean pause(long pauseNanos) {
        if (deadline.remainingNanos() <= pauseNanos + SHORTEST_EXCHANGE_NANOS) {
            return false;
        }
        if (pauseNanos > 0) {
            LockSupport.parkNanos(pauseNanos);
        }
        if (Thread.currentThread().isInterrupted()) {
            problem = "the thread was interrupted; before that: " + problem;
            return false;
        }
        return true;
    }
}
