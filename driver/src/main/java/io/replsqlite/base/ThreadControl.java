package io.replsqlite.base;

import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a thread goes on, in the place of the operating system: the seam at which a simulation takes over. Threads
 * that {@link NamedThreads} makes on a thread under control come under the same control; waiting at a {@link
 * PositionGate}, or for the end of a thread, asks it. Of all threads under one control a single one runs at a time.
 *
 * <p>No thread of a node or of an application is ever under control.
 */
public interface ThreadControl {
    /**
     * Makes a thread under this control; it may be chosen to go on once it is started.
     *
     * @param plain makes a thread that runs what it is given
     */
    Thread make(String name, Runnable work, ThreadFactory plain);

    /** Whether a thread that was made here has come to its end. */
    boolean hasEnded(Thread thread);

    /**
     * Lets others run until the condition holds or the deadline passes. The condition is looked at by whichever thread
     * runs; it must be cheap and change nothing.
     *
     * @return whether the condition holds
     */
    boolean await(BooleanSupplier condition, Deadline deadline) throws InterruptedException;

    /** Lets others run until the condition holds. */
    void await(BooleanSupplier condition) throws InterruptedException;

    /** Who controls the calling thread; null for the operating system. */
    static @Nullable ThreadControl current() {
        return Holder.CURRENT.get();
    }

    /** Puts the calling thread under control, or under none. */
    static void enter(@Nullable ThreadControl control) {
        if (control == null) {
            Holder.CURRENT.remove();
        } else {
            Holder.CURRENT.set(control);
        }
    }

    /** Keeps the variable out of the interface's own members. */
    final class Holder {
        private static final ThreadLocal<@Nullable ThreadControl> CURRENT = new ThreadLocal<>();

        private Holder() {}
    }
}
