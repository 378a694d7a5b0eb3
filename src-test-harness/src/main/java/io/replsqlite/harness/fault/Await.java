package io.replsqlite.harness.fault;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for what happens in other processes, where nothing can be signalled: looks again at short intervals. */
public final class Await {
    private static final long INTERVAL_MILLIS = 20;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private Await() {}

    /** A look at another process; not yet so is false, or an exception that a later look may not meet. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** @throws IOException if the condition does not hold in time; its cause is what the last look met */
    public static void until(String what, Duration atMost, Condition condition)
            throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(atMost, MonotonicClock.SYSTEM);
        Exception met = null;
        do {
            try {
                if (condition.holds()) {
                    return;
                }
                met = null;
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception notYet) {
                met = notYet;
            }
            boolean ignored = NEVER.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        } while (!deadline.hasPassed());
        throw new IOException("not within " + atMost + ": " + what + (met == null ? "" : " (" + met + ")"), met);
    }

    /** One interval, for a caller that goes round its own loop. */
    static void oneInterval() throws InterruptedException {
        boolean ignored = NEVER.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }
}
