package io.replsqlite.base;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls whatever was added once in every interval. One thread for all of it, which lives while there is anything to call
 * and for a while after, so that what comes and goes with each statement neither starts a thread nor wakes one.
 *
 * <p>Safe for any thread. After {@link #remove} one more call may be under way.
 */
public final class Ticker {
    private static final System.Logger LOG = System.getLogger(Ticker.class.getName());
    private static final int IDLE_ROUNDS = 20;

    /** Must not wait. */
    public interface Tick {
        void tick();
    }

    private final String threadName;
    private final Duration interval;
    private final ReentrantLock lock = new ReentrantLock();

    /** Only ever waited on. */
    private final Condition nothing = lock.newCondition();

    @GuardedBy("lock")
    private final Set<Tick> ticks = new LinkedHashSet<>();

    @GuardedBy("lock")
    private boolean running;

    /** @param threadName as {@link NamedThreads#single} takes it */
    public Ticker(String threadName, Duration interval) {
        this.threadName = threadName;
        this.interval = interval;
    }

    /** It is called for the first time within an interval. */
    public void add(Tick tick) {
        lock.lock();
        try {
            if (!running) {
                NamedThreads.single(threadName, this::run).start(); // may throw: then nothing is added
                running = true;
            }
            ticks.add(tick);
        } finally {
            lock.unlock();
        }
    }

    public void remove(Tick tick) {
        lock.lock();
        try {
            ticks.remove(tick);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        boolean over = false;
        try {
            int idleRounds = 0;
            while (awaitRound(idleRounds)) {
                List<Tick> due = copy();
                due.forEach(Ticker::call);
                idleRounds = due.isEmpty() ? idleRounds + 1 : 0;
            }
            over = true;
        } finally {
            if (!over) {
                died();
            }
        }
    }

    /** Of an Error: what is added next starts another thread, for all. */
    private void died() {
        lock.lock();
        try {
            running = false;
        } finally {
            lock.unlock();
        }
    }

    /** One that fails must not silence the others, whatever it fails of: a thread that cannot be started is an Error. */
    private static void call(Tick tick) {
        try {
            tick.tick();
        } catch (RuntimeException | Error failure) {
            LOG.log(System.Logger.Level.WARNING, "a tick failed", failure);
        }
    }

    private List<Tick> copy() {
        lock.lock();
        try {
            return new ArrayList<>(ticks);
        } finally {
            lock.unlock();
        }
    }

    /** Waits an interval. @return whether to go on; if not, the thread ends */
    private boolean awaitRound(int idleRounds) {
        lock.lock();
        try {
            long leftNanos = interval.toNanos();
            while (leftNanos > 0) {
                leftNanos = nothing.awaitNanos(leftNanos);
            }
            running = idleRounds < IDLE_ROUNDS || !ticks.isEmpty();
            return running;
        } catch (InterruptedException nobodyDoes) {
            running = false;
            return false;
        } finally {
            lock.unlock();
        }
    }
}
