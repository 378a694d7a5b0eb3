package io.replsqlite.server.follow;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.apply.CheckpointResult;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.checkpoint.CheckpointWriter;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * When and how a follower's WAL goes into its replica file; the two steps of the {@code checkpoint} package. All but the
 * background copy runs on the follower's thread.
 */
final class FollowerCheckpoint {
    private enum Step {
        /** Nothing is under way. */
        IDLE,
        /** The background copy runs. */
        COPYING,
        /** The background copy is over. */
        COPIED
    }

    private final ReplicaFile replica;
    private final CheckpointWriter checkpoints;
    private final Executor background;
    private final int triggerFrames;
    private final Duration interval;
    private final MonotonicClock clock;
    private volatile Step step = Step.IDLE;
    private volatile @Nullable IOException copyFailure;
    private int nextTrigger;
    private int recordedFrame;
    private Deadline due;

    FollowerCheckpoint(
            ReplicaFile replica,
            CheckpointWriter checkpoints,
            Executor background,
            int triggerFrames,
            Duration interval,
            MonotonicClock clock) {
        this.replica = replica;
        this.checkpoints = checkpoints;
        this.background = background;
        this.triggerFrames = triggerFrames;
        this.nextTrigger = triggerFrames;
        this.interval = interval;
        this.clock = clock;
        this.due = Deadline.after(interval, clock);
    }

    /** Takes the next step if its time has come. */
    void runIfDue() throws IOException {
        switch (step) {
            case IDLE -> startIfDue();
            case COPYING -> {
                // the background thread moves on to COPIED
            }
            case COPIED -> finish();
        }
    }

    private void startIfDue() throws IOException {
        WalMark end = replica.mark();
        if (end.frame() >= nextTrigger || (end.frame() > recordedFrame && due.hasPassed())) {
            checkpoints.anchor(end);
            replica.renewLock();
            step = Step.COPYING;
            background.execute(this::copyInBackground);
        }
    }

    private void copyInBackground() {
        try {
            replica.copyPassively();
            checkpoints.persistChecksums();
        } catch (IOException failure) {
            copyFailure = failure;
        } finally {
            step = Step.COPIED;
        }
    }

    private void finish() throws IOException {
        IOException failure = copyFailure;
        if (failure != null) {
            throw failure;
        }
        copyRest();
        step = Step.IDLE;
        due = Deadline.after(interval, clock);
    }

    /** Copies what came meanwhile; if that is everything, writes it down, and then lets the WAL start over. */
    void copyRest() throws IOException {
        CheckpointResult result = replica.checkpoint();
        if (!result.isComplete()) {
            nextTrigger = result.totalFrames() + triggerFrames;
            return;
        }
        checkpoints.record(replica.mark());
        recordedFrame = replica.mark().frame();
        if (replica.restartWal()) {
            recordedFrame = 0;
            nextTrigger = triggerFrames;
        } else {
            nextTrigger = result.totalFrames() + triggerFrames;
        }
    }
}
