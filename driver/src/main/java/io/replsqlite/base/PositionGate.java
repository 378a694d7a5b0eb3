package io.replsqlite.base;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A txid that only grows within a tenure, and the threads that wait for it. The one way in which progress flows against
 * the direction of the data: stages advance a gate, others await it.
 *
 * <p>Safe for any number of threads. Nothing blocks while holding the lock.
 */
public final class PositionGate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    @GuardedBy("lock")
    private long closedGenerations;

    private volatile long txid;

    public PositionGate(Txid start) {
        txid = start.value();
    }

    public Txid current() {
        return new Txid(txid);
    }

    public long currentValue() {
        return txid;
    }

    /** Raises the gate; a lower value than the current one is ignored. */
    public void advance(long newTxid) {
        if (newTxid <= txid) {
            return;
        }
        lock.lock();
        try {
            if (newTxid > txid) {
                txid = newTxid;
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets the gate to any value, also a lower one: the history was replaced (resync after divergence). */
    public void reset(long newTxid) {
        lock.lock();
        try {
            txid = newTxid;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes every waiter without moving, so that it looks again at what else it depends on (role, shutdown). */
    public void wakeAll() {
        lock.lock();
        try {
            closedGenerations++;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the gate stands at {@code target} or above, the deadline passes, or {@link #wakeAll} is called.
     *
     * @return whether the gate stands at {@code target} or above
     */
    public boolean await(long target, Deadline deadline) throws InterruptedException {
        if (txid >= target) {
            return true;
        }
        ThreadControl control = ThreadControl.current();
        return control == null ? block(target, deadline) : awaitUnder(control, target, deadline);
    }

    private boolean awaitUnder(ThreadControl control, long target, Deadline deadline) throws InterruptedException {
        long generation = generation();
        boolean ignored = control.await(() -> txid >= target || generation != generation(), deadline);
        return txid >= target;
    }

    private long generation() {
        lock.lock();
        try {
            return closedGenerations;
        } finally {
            lock.unlock();
        }
    }

    private boolean block(long target, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long generation = closedGenerations;
            while (txid < target && generation == closedGenerations) {
                long left = deadline.remainingNanos();
                if (left <= 0) {
                    return false;
                }
                boolean ignored = moved.await(left, TimeUnit.NANOSECONDS);
            }
            return txid >= target;
        } finally {
            lock.unlock();
        }
    }
}
