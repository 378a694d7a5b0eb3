package io.replsqlite.harness.simulation.schedule;

import io.replsqlite.base.Deadline;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One thread, and what it waits for. */
final class Task {
    static final BooleanSupplier NOTHING = () -> true;

    private final String name;
    private final @Nullable Machine machine;
    private final Semaphore turn = new Semaphore(0);
    private BooleanSupplier condition = NOTHING;
    private @Nullable Deadline deadline;
    private boolean ended;

    Task(String name, @Nullable Machine machine) {
        this.name = name;
        this.machine = machine;
    }

    String name() {
        return name;
    }

    @Nullable
    Machine machine() {
        return machine;
    }

    boolean isDying() {
        return machine != null && !machine.isUp();
    }

    boolean hasEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    void waitFor(BooleanSupplier newCondition, @Nullable Deadline newDeadline) {
        condition = newCondition;
        deadline = newDeadline;
    }

    boolean isMet() {
        return condition.getAsBoolean();
    }

    boolean mayRun() {
        return (machine == null || !machine.isPaused()) && (hasDeadlinePassed() || isMet());
    }

    private boolean hasDeadlinePassed() {
        return deadline != null && deadline.hasPassed();
    }

    /** True nanoseconds until its deadline; the largest number if it has none. */
    long trueNanosLeft() {
        if (deadline == null || (machine != null && machine.isPaused())) {
            return Long.MAX_VALUE;
        }
        long left = Math.max(1, deadline.remainingNanos());
        return machine == null ? left : machine.clock().trueNanosFor(left);
    }

    void giveTurn() {
        turn.release();
    }

    void awaitTurn() {
        turn.acquireUninterruptibly();
    }
}
