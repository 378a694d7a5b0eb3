package io.replsqlite.server.majority;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A thread that does one thing after the other, in the order in which it is told them. A node has {@link OwnThread}s, a
 * simulation brings others.
 *
 * <p>{@link #execute} throws a {@link java.util.concurrent.RejectedExecutionException} once it is stopped.
 */
public interface SerialThread extends Executor {
    /** Again and again until it is stopped, with a pause after each run. At most one such step. */
    void repeat(Runnable step, Duration pause);

    /** What has not begun never will. */
    void stop();

    /** Takes nothing more, and waits until all that it was told is done. @return whether that was in time */
    boolean finish(Duration atMost) throws InterruptedException;
}
