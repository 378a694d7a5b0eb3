package io.replsqlite.server.commit;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * When and how the primary's WAL goes into its database file; the two steps of the {@code checkpoint} package. All but
 * the background copy runs on the writer thread.
 */
public final class PrimaryCheckpoint {
    private enum Step {
        /** Nothing is under way. */
        IDLE,
        /** The background copy runs. */
        COPYING,
        /** The background copy is over; the rest is to be done under the write lock. */
        COPIED
    }

    private final SqliteFiles sqlite;
    private final PrimaryFiles files;
    private final Connection copier;
    private final Executor background;
    private final int triggerFrames;
    private final Duration interval;
    private final MonotonicClock clock;
    private volatile Step step = Step.IDLE;
    private volatile IOException copyFailure = NONE;
    private Deadline due;

    /** A WAL that a reader keeps from starting over is tried again when it has grown by the trigger once more. */
    private int nextTrigger;

    private static final IOException NONE = new IOException("none");

    public PrimaryCheckpoint(
            SqliteFiles sqlite,
            PrimaryFiles files,
            Connection copier,
            Executor background,
            int triggerFrames,
            Duration interval,
            MonotonicClock clock) {
        this.sqlite = sqlite;
        this.files = files;
        this.copier = copier;
        this.background = background;
        this.triggerFrames = triggerFrames;
        this.nextTrigger = triggerFrames;
        this.interval = interval;
        this.clock = clock;
        this.due = Deadline.after(interval, clock);
    }

    /** Takes the next step if its time has come. */
    void runIfDue() throws IOException, SQLException {
        switch (step) {
            case IDLE -> startIfDue();
            case COPYING -> {
                // the background thread moves on to COPIED
            }
            case COPIED -> finish();
        }
    }

    private void startIfDue() throws IOException, SQLException {
        WalIndexHeader header = sqlite.walIndex().readHeader();
        if (header == null) {
            return;
        }
        int frames = header.maxFrame();
        boolean dirty = frames > sqlite.walIndex().backfilled();
        if (frames >= nextTrigger || (dirty && due.hasPassed())) {
            underWriteLock(files.pin()::renew);
            step = Step.COPYING;
            background.execute(this::copyInBackground);
        }
    }

    /** Copies up to the pin's snapshot, and writes most of the changed checksums. */
    private void copyInBackground() {
        try (Statement statement = copier.createStatement()) {
            FailurePoint.CHECKPOINT_STARTING.reached();
            statement.execute("pragma wal_checkpoint(passive)");
            files.checkpoints().persistChecksums();
        } catch (IOException failure) {
            copyFailure = failure;
        } catch (SQLException failure) {
            copyFailure = new IOException("The checkpoint failed: " + failure.getMessage(), failure);
        } finally {
            step = Step.COPIED;
        }
    }

    private void finish() throws IOException, SQLException {
        IOException failure = copyFailure;
        if (failure != NONE) {
            throw failure;
        }
        underWriteLock(this::copyRest);
        step = Step.IDLE;
        due = Deadline.after(interval, clock);
    }

    private void copyRest() throws IOException, SQLException {
        files.pin().letGo();
        try {
            files.pin().checkpointPassively();
            WalIndexHeader header = sqlite.walIndex().readHeader();
            if (header == null) {
                throw new IOException("the wal-index of " + sqlite.database() + " stays inconsistent");
            }
            if (sqlite.walIndex().backfilled() == header.maxFrame()) {
                files.checkpoints().record(header.mark());
                nextTrigger = triggerFrames;
            } else {
                nextTrigger = header.maxFrame() + triggerFrames;
            }
        } finally {
            files.pin().hold();
        }
    }

    private interface Locked {
        void run() throws IOException, SQLException;
    }

    /** Runs while nobody can commit, and with everything that was committed captured and durable. */
    private void underWriteLock(Locked action) throws IOException, SQLException {
        try (Statement statement = files.connection().createStatement()) {
            statement.execute("begin immediate");
            try {
                boolean foreign = files.capture().capture(null).commits() > 0;
                if (foreign || !files.log().head().equals(files.log().durableHead())) {
                    var ignored = files.log().sync();
                }
                action.run();
            } finally {
                statement.execute("commit");
            }
        }
    }

    /** At an orderly end: everything into the database file, so that the next start has nothing to recover. */
    public void finishForShutdown() throws IOException, SQLException {
        underWriteLock(this::copyRest);
    }
}
