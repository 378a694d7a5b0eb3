package io.replsqlite.base;

import java.time.Duration;
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

    /** Waits for the end of a thread that was made here. */
    public static void join(Thread thread) throws InterruptedException {
        ThreadControl control = ThreadControl.current();
        if (control == null) {
            thread.join();
        } else {
            control.await(() -> control.hasEnded(thread));
        }
    }

    /** Waits for the end of a thread that was made here, at most so long. @return whether it has ended */
    public static boolean join(Thread thread, Duration atMost, MonotonicClock clock) throws InterruptedException {
        ThreadControl control = ThreadControl.current();
        if (control != null) {
            return control.await(() -> control.hasEnded(thread), Deadline.after(atMost, clock));
        }
        thread.join(atMost.toMillis());
        return !thread.isAlive();
    }

    private static Thread daemon(String name, Runnable work) {
        ThreadControl control = ThreadControl.current();
        // As little as can be is inherited from whoever comes first: an application that has ended shall be unloaded.
        ThreadFactory plain = run -> new Thread(null, run, name, 0, false);
        Thread thread = control == null ? plain.newThread(work) : control.make(name, work, plain);
        thread.setDaemon(true);
        thread.setContextClassLoader(NamedThreads.class.getClassLoader());
        thread.setUncaughtExceptionHandler(
                (dead, cause) -> LOG.log(System.Logger.Level.ERROR, "thread " + dead.getName() + " died", cause));
        return thread;
    }
}
