package io.replsqlite.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.local.LocalConnection;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts what runs on a local connection at a deadline, and nothing that runs there later: once closed, it is silent.
 * One thread for all connections of the process, and only while there are deadlines.
 */
public final class Alarm implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor WATCH = watch();

    private final LocalConnection connection;
    private final Future<?> ring;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private boolean hasRung;

    private static ScheduledThreadPoolExecutor watch() {
        ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1, NamedThreads.of("deadlines"));
        watch.setRemoveOnCancelPolicy(true);
        watch.setKeepAliveTime(10, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
        return watch;
    }

    private Alarm(LocalConnection connection, Deadline deadline) {
        this.connection = connection;
        this.ring = WATCH.schedule(this::ring, deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    public static Alarm at(Deadline deadline, LocalConnection connection) {
        return new Alarm(connection, deadline);
    }

    /** Under the lock: whoever closes this waits for an interruption that is under way. */
    private synchronized void ring() {
        if (!closed) {
            hasRung = true;
            connection.interrupt();
        }
    }

    public synchronized boolean hasRung() {
        return hasRung;
    }

    @Override
    public synchronized void close() {
        closed = true;
        boolean ignored = ring.cancel(false);
    }
}
