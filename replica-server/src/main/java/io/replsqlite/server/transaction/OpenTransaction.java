package io.replsqlite.server.transaction;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.StatementControl;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One transaction between the HTTP threads that bring its steps and the writer's thread that serves them. */
final class OpenTransaction {
    private final RequestId id;
    private final Map<String, String> settings;
    private final TransactionSettings limits;
    private final MonotonicClock clock;
    private final StatementControl control = new StatementControl();
    private final LinkedBlockingQueue<Step> inbox = new LinkedBlockingQueue<>();

    @GuardedBy("this")
    private @Nullable Step last;

    /** Why it takes no more steps. */
    @GuardedBy("this")
    private @Nullable String ended;

    /** Why it must be rolled back as soon as the writer's thread looks. */
    private volatile @Nullable String abandoned;

    private volatile boolean begun;
    private volatile long lifeSignNanos;
    private volatile long idleSinceNanos;

    OpenTransaction(TransactionStep first, TransactionSettings limits, MonotonicClock clock) {
        this.id = first.transaction();
        this.settings = Map.copyOf(first.settings());
        this.limits = limits;
        this.clock = clock;
        this.lifeSignNanos = clock.nanoTime();
    }

    RequestId id() {
        return id;
    }

    Map<String, String> settings() {
        return settings;
    }

    StatementControl control() {
        return control;
    }

    /** Queues a step, or finds the one of the same number. */
    synchronized Step offer(TransactionStep message) {
        showLife();
        Step newest = last;
        long expected = newest == null ? 1 : newest.message().sequence() + 1;
        if (newest != null && message.sequence() == expected - 1) {
            return newest;
        }
        Step step = new Step(message);
        if (ended != null) {
            step.complete(lost(ended));
        } else if (message.sequence() != expected) {
            step.complete(bad("the step has number " + message.sequence() + ", the next one is " + expected));
        } else if (newest != null && !newest.isAnswered()) {
            step.complete(bad("the step before it is not answered yet"));
        } else {
            last = step;
            inbox.add(step);
        }
        return step;
    }

    private ExecuteOutcome bad(String why) {
        return new ExecuteOutcome.Failed(ErrorResponse.of(Kind.BAD_REQUEST, "Nothing was executed: " + why + ".")
                .withId(id));
    }

    ExecuteOutcome lost(String why) {
        return new ExecuteOutcome.Failed(
                ErrorResponse.of(Kind.TRANSACTION_LOST, "The transaction is not open any more: " + why + ".")
                        .withId(id));
    }

    void showLife() {
        lifeSignNanos = clock.nanoTime();
    }

    /** Its turn has come; the idle time counts from now on. */
    void begin() {
        begun = true;
        idleSinceNanos = clock.nanoTime();
    }

    boolean hasBegun() {
        return begun;
    }

    /** The next step, if one comes in this time. For the writer's thread. */
    @Nullable
    Step poll(long waitMillis) throws InterruptedException {
        return inbox.poll(waitMillis, TimeUnit.MILLISECONDS);
    }

    void answer(Step step, ExecuteOutcome outcome) {
        idleSinceNanos = clock.nanoTime();
        step.complete(outcome);
    }

    /** Why it must not go on, as far as its client is concerned; null if it may. */
    @Nullable
    String whyOver() {
        if (abandoned != null) {
            return abandoned;
        }
        if (clock.nanoTime() - idleSinceNanos > limits.idleLimit().toNanos()) {
            return "nothing was done with it for idle-limit = "
                    + limits.idleLimit().toMillis() + " ms; it was rolled back";
        }
        return isSilent() ? silence() : null;
    }

    private boolean isSilent() {
        return clock.nanoTime() - lifeSignNanos > limits.silenceLimit().toNanos();
    }

    private String silence() {
        return "its client showed no life for silence-limit = "
                + limits.silenceLimit().toMillis() + " ms; it was rolled back";
    }

    /** Interrupts what a client that is gone has left running. */
    void stopIfSilent() {
        if (isSilent()) {
            abandon(silence(), Reason.CLIENT_GONE);
        }
    }

    void abandon(String why, Reason reason) {
        abandoned = why;
        StatementControl.Stopped ignored = control.stop(reason);
    }

    /** Stops this step and no later one. */
    synchronized void stop(Step step, Reason reason) {
        if (last != null && last.message().sequence() == step.message().sequence() && !step.isAnswered()) {
            StatementControl.Stopped stopped = control.stop(reason);
            if (stopped == StatementControl.Stopped.BEFORE_START) {
                ended = "its first statement's time was over before its turn came";
                abandoned = ended;
                step.complete(new ExecuteOutcome.Failed(ErrorResponse.of(
                                Kind.TIMED_OUT, "The statement's time was over before its turn came; it did not run.")
                        .withId(step.message().answerId())));
            }
        }
    }

    /** Interrupts what runs now; before its turn it goes on waiting. */
    synchronized void cancel() {
        if (begun && last != null && !last.isAnswered()) {
            StatementControl.Stopped ignored = control.stop(Reason.CANCELLED);
        }
    }

    /** The request id of a COMMIT that is asked for and not answered. */
    synchronized @Nullable RequestId committing() {
        return last != null && !last.isAnswered() && last.message().action() instanceof TransactionStep.Commit commit
                ? commit.id()
                : null;
    }

    /** The COMMIT that was asked for was refused, and the transaction goes on. */
    void refuseCommit(ErrorResponse why) {
        Step step;
        synchronized (this) {
            step = last;
        }
        if (step != null && step.message().action() instanceof TransactionStep.Commit) {
            answer(step, new ExecuteOutcome.Failed(why.withId(step.message().answerId())));
        }
    }

    /** @param pending what the step that waits now is answered */
    synchronized void end(String why, ExecuteOutcome pending) {
        ended = why;
        if (last != null && last.isDone()) {
            last = null; // its page need not be remembered; a failure is told again to whoever asks again
        } else if (last != null) {
            last.complete(pending);
        }
    }
}
