package io.replsqlite.server.checkpoint;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the steps of a checkpoint are taken: when the WAL has grown to the trigger, or holds anything for longer
 * than the interval. A WAL that a reader keeps from starting over is tried again when it has grown by the trigger once
 * more. For the owning thread.
 */
public final class CheckpointSchedule {
    private static final Logger LOG = System.getLogger(CheckpointSchedule.class.getName());
    private static final int WARN_AFTER = 2;

    private final CheckpointSteps steps;
    private final Executor background;
    private final int triggerFrames;
    private final Duration interval;
    private final MonotonicClock clock;
    private @Nullable CompletableFuture<Void> copying;
    private int nextTrigger;
    private int finishedFrames;
    private int incompleteInARow;
    private Deadline due;

    public CheckpointSchedule(
            CheckpointSteps steps, Executor background, int triggerFrames, Duration interval, MonotonicClock clock) {
        this.steps = steps;
        this.background = background;
        this.triggerFrames = triggerFrames;
        this.nextTrigger = triggerFrames;
        this.interval = interval;
        this.clock = clock;
        this.due = Deadline.after(interval, clock);
    }

    /** Takes the next step if its time has come. Costs a load or two otherwise. */
    public void runIfDue() throws IOException, SQLException {
        CompletableFuture<Void> copy = copying;
        if (copy == null) {
            startIfDue();
        } else if (copy.isDone()) {
            joinCopy(copy);
            finish();
        }
    }

    private void startIfDue() throws IOException, SQLException {
        int frames = steps.walFrames();
        boolean grown = frames != finishedFrames;
        boolean late = grown && due.hasPassed();
        if ((frames < nextTrigger && !late) || !steps.prepare()) {
            return;
        }
        copying = CompletableFuture.runAsync(this::copyInBackground, background);
    }

    private void copyInBackground() {
        try {
            steps.copy();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (SQLException failure) {
            throw new UncheckedIOException(new IOException("The checkpoint failed: " + failure.getMessage(), failure));
        }
    }

    private void joinCopy(CompletableFuture<Void> copy) throws IOException {
        copying = null;
        try {
            Void ignored = copy.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof UncheckedIOException io && io.getCause() != null) {
                throw io.getCause();
            }
            throw failure;
        }
    }

    private void finish() throws IOException, SQLException {
        boolean complete = steps.finish();
        finishedFrames = steps.walFrames();
        nextTrigger = complete ? triggerFrames : finishedFrames + triggerFrames;
        warnIfHindered(complete);
        due = Deadline.after(interval, clock);
    }

    /** A reader that never ends keeps the WAL growing: somebody has to know whose it is. */
    private void warnIfHindered(boolean complete) throws IOException {
        incompleteInARow = complete ? 0 : incompleteInARow + 1;
        if (incompleteInARow >= WARN_AFTER) {
            String readers = steps.hindrance();
            LOG.log(
                    Level.WARNING,
                    "The WAL cannot start over and has grown to {0} frames: somebody has been reading an old state of the"
                            + " database all the time. Readers: {1}.",
                    finishedFrames,
                    readers.isEmpty() ? "in this process, or not known" : readers);
        }
    }

    /** Waits for a copy that runs, or makes one, then finishes. */
    public void finishNow() throws IOException, SQLException {
        CompletableFuture<Void> copy = copying;
        if (copy != null) {
            joinCopy(copy);
        } else if (!steps.prepare()) {
            return;
        }
        finish();
    }

    /** Waits for a copy that runs, and does nothing more: the next role checkpoints what is left. */
    public void awaitCopy() {
        CompletableFuture<Void> copy = copying;
        Throwable failure =
                copy == null ? null : copy.handle((done, failed) -> failed).join();
        if (failure != null) {
            LOG.log(Level.WARNING, "A checkpoint failed as its role ended; the next role tries again", failure);
        }
    }
}
