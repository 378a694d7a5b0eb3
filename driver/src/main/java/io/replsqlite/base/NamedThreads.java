package io.replsqlite.base;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The only place where threads are made: daemons with a name that says what they do, so that a thread dump reads like
 * {@code docs/threads.md}. A thread that dies of an exception says so in the log of this class; the work that must not die
 * silently catches its own.
 */
public final class NamedThreads implements ThreadFactory {
    private static final System.Logger LOG = System.getLogger(NamedThreads.class.getName());

    private final String purpose;
    private final AtomicInteger made = new AtomicInteger();

    private NamedThreads(String purpose) {
        this.purpose = purpose;
    }

    /** Threads {@code replsqlite-PURPOSE-1}, {@code -2} and so on. */
    public static ThreadFactory of(String purpose) {
        return new NamedThreads(purpose);
    }

    /** One thread {@code replsqlite-PURPOSE}, not started. */
    public static Thread single(String purpose, Runnable work) {
        return daemon("replsqlite-" + purpose, work);
    }

    @Override
    public Thread newThread(Runnable work) {
        return daemon("replsqlite-" + purpose + "-" + made.incrementAndGet(), work);
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (dead, cause) -> LOG.log(System.Logger.Level.ERROR, "thread " + dead.getName() + " died", cause));
        return thread;
    }
}
