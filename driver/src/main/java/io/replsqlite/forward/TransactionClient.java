package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one transaction, all to the node at which it began: no other has it. A step may be sent again, since the node
 * knows it by its number.
 */
public final class TransactionClient {
    /** How long a node that does not answer is asked again; its transactions do not outlive it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final long PAUSE_NANOS = 20_000_000;

    private final PrimaryClient primary;
    private final String database;
    private final RequestId id;
    private final MonotonicClock clock;
    private volatile String nodeUrl = "";

    public TransactionClient(PrimaryClient primary, String database, RequestId id, MonotonicClock clock) {
        this.primary = primary;
        this.database = database;
        this.id = id;
        this.clock = clock;
    }

    /** @throws SQLException if no primary took the first step; the transaction has not begun */
    public StepReply send(TransactionStep step, Deadline deadline) throws SQLException {
        if (step.isFirst()) {
            Delivered delivered = primary.begin(step, deadline);
            nodeUrl = delivered.nodeUrl();
            return delivered.reply() instanceof Reply.Done<ExecuteResponse> done
                    ? new StepReply.Done(done.answer())
                    : new StepReply.Refused(((Reply.Refused<ExecuteResponse>) delivered.reply()).error());
        }
        return sendOn(new Message.Step(step), step.action() instanceof TransactionStep.Commit, deadline);
    }

    private StepReply sendOn(Message.Step message, boolean isCommit, Deadline deadline) {
        IOException unanswered = null;
        Deadline patience = null;
        while (true) {
            Attempt<ExecuteResponse> attempt = primary.exchange(nodeUrl, message, deadline);
            if (attempt instanceof Attempt.Done<ExecuteResponse> done) {
                return new StepReply.Done(done.answer());
            }
            if (attempt instanceof Attempt.Refused<ExecuteResponse> refused) {
                return isCommit && unanswered != null && !tellsOfTheCommit(refused)
                        ? new StepReply.Unknown(unanswered)
                        : new StepReply.Refused(refused.error());
            }
            if (attempt instanceof Attempt.Unanswered<ExecuteResponse> unheard) {
                unanswered = unheard.problem();
            }
            patience = patience == null ? Deadline.after(PATIENCE, clock) : patience;
            boolean mayRecover = attempt instanceof Attempt.Unanswered<ExecuteResponse> || isUnreachable(attempt);
            if (!mayRecover || patience.hasPassed() || Thread.currentThread().isInterrupted()) {
                return givenUp(attempt, isCommit ? unanswered : null);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Whether the node refused the COMMIT, and not only to look at the step again. */
    private static boolean tellsOfTheCommit(Attempt.Refused<ExecuteResponse> refused) {
        return switch (refused.error().kind()) {
            case SQL, REFUSED, OUTCOME_UNKNOWN -> true;
            default -> false;
        };
    }

    /** A node that answers that it is no longer the primary names the other one, or says so; this one said nothing. */
    private static boolean isUnreachable(Attempt<ExecuteResponse> attempt) {
        return attempt instanceof Attempt.NotExecuted<ExecuteResponse> notExecuted
                && notExecuted.cause() == Attempt.NotExecuted.Cause.UNREACHABLE;
    }

    private static StepReply givenUp(Attempt<ExecuteResponse> last, @Nullable IOException unansweredCommit) {
        if (unansweredCommit != null) {
            return new StepReply.Unknown(unansweredCommit);
        }
        String why = last instanceof Attempt.NotExecuted<ExecuteResponse> notExecuted
                ? notExecuted.problem()
                : "its node does not answer: " + ((Attempt.Unanswered<ExecuteResponse>) last).problem();
        return new StepReply.Lost(why);
    }

    /** Shows the node that this process lives. From any thread; does not wait. */
    public void showLife() {
        signal(Signal.ALIVE);
    }

    /** Interrupts the statement that runs. From any thread; does not wait. */
    public void cancel() {
        signal(Signal.CANCEL);
    }

    /** Lets the node roll it back. From any thread; does not wait. */
    public void abandon() {
        signal(Signal.ABANDON);
    }

    private void signal(Signal signal) {
        String url = nodeUrl;
        if (!url.isEmpty()) {
            primary.signal(signal, database, id, url);
        }
    }
}
