package io.replsqlite.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.NamedThreads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows the primaries once a second that this process lives, for every transaction that it has open: a transaction whose
 * client is gone must not keep the only writer. One thread for all connections of the process, only while there is any.
 */
final class LifeSigns {
    private static final System.Logger LOG = System.getLogger(LifeSigns.class.getName());

    static final LifeSigns OF_THIS_PROCESS = new LifeSigns();

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Sends one sign. Must not wait. */
    interface Sign {
        void show();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Set<Sign> signs = new LinkedHashSet<>();

    @GuardedBy("lock")
    private boolean running;

    private LifeSigns() {}

    void add(Sign sign) {
        lock.lock();
        try {
            signs.add(sign);
            if (!running) {
                running = true;
                NamedThreads.single("life-signs", this::run).start();
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(Sign sign) {
        lock.lock();
        try {
            signs.remove(sign);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (List<Sign> due = due(); !due.isEmpty(); due = due()) {
            due.forEach(LifeSigns::show);
        }
    }

    /** One that cannot be sent must not silence the others. */
    private static void show(Sign sign) {
        try {
            sign.show();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "a sign of life was not sent", failure);
        }
    }

    /** Waits an interval. @return nothing if nothing is left, and then the thread ends */
    private List<Sign> due() {
        lock.lock();
        try {
            long leftNanos = INTERVAL_NANOS;
            while (leftNanos > 0 && !signs.isEmpty()) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
            running = !signs.isEmpty();
            return new ArrayList<>(signs);
        } catch (InterruptedException nobodyDoes) {
            running = false;
            return List.of();
        } finally {
            lock.unlock();
        }
    }
}
