package io.replsqlite.server.backup.compact;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.storage.ObjectStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compacts one backup at its intervals, as long as this node uploads to it. While nothing is uploaded, nothing is asked of
 * the store.
 */
public final class BackupKeeper implements AutoCloseable {
    private static final Logger LOG = System.getLogger(BackupKeeper.class.getName());
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration AFTER_FAILED_LOOK = Duration.ofSeconds(30);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    /** Opens the store, whose credentials may not be readable. */
    @FunctionalInterface
    public interface Opener {
        ObjectStore open() throws IOException;
    }

    private final String name;
    private final Opener opener;
    private final boolean hexLevels;
    private final KeepingSettings settings;
    private final LongSupplier uploaded;
    private final MonotonicClock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Holdings holdings;
    /** When a first look failed: it is repeated with the shortest interval. */
    private long lookedAtNanos;
    /** By level; the snapshot's comes last. */
    private final long[] doneAtNanos;

    /** What was uploaded when the level was made; -1 for never. */
    private final long[] doneAtTxid;

    /** @param uploaded the last txid that this node has uploaded; 0 if it does not upload */
    public BackupKeeper(
            String name,
            Opener opener,
            boolean hexLevels,
            KeepingSettings settings,
            LongSupplier uploaded,
            MonotonicClock clock) {
        this.name = name;
        this.opener = opener;
        this.hexLevels = hexLevels;
        this.settings = settings;
        this.uploaded = uploaded;
        this.clock = clock;
        int jobs = settings.levels().size() + 1;
        this.doneAtNanos = new long[jobs];
        this.doneAtTxid = new long[jobs];
        Arrays.fill(doneAtNanos, clock.nanoTime());
        Arrays.fill(doneAtTxid, -1);
        this.lookedAtNanos = clock.nanoTime() - AFTER_FAILED_LOOK.toNanos();
        this.thread = NamedThreads.single("backup-keep-" + name, this::run);
    }

    /** What the backup held when it was last looked at; null before that. */
    public @Nullable Holdings holdings() {
        return holdings;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (isFirstLookDue()) {
                    look();
                }
                for (int job = 0; job < doneAtTxid.length; job++) {
                    if (isDue(job)) {
                        attempt(job);
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isFirstLookDue() {
        return holdings == null
                && uploaded.getAsLong() > 0
                && clock.nanoTime() - lookedAtNanos >= AFTER_FAILED_LOOK.toNanos()
                && stopping.getCount() > 0;
    }

    private void look() {
        lookedAtNanos = clock.nanoTime();
        try (ObjectStore store = opener.open()) {
            holdings = Holdings.of(BackupPlace.find(store, hexLevels, OptionalLong.empty()));
        } catch (IOException | RuntimeException failure) {
            LOG.log(Level.DEBUG, name + ": what the backup holds cannot be seen", failure);
        }
    }

    private boolean isDue(int job) {
        boolean snapshot = job == settings.levels().size();
        Duration interval =
                snapshot ? settings.snapshotInterval() : settings.levels().get(job);
        long txid = uploaded.getAsLong();
        return txid > 0
                && txid != doneAtTxid[job]
                && clock.nanoTime() - doneAtNanos[job] >= interval.toNanos()
                && stopping.getCount() > 0;
    }

    private void attempt(int job) {
        long txid = uploaded.getAsLong();
        doneAtNanos[job] = clock.nanoTime();
        try (ObjectStore store = opener.open()) {
            BackupPlace place = BackupPlace.find(store, hexLevels, OptionalLong.empty());
            work(job, place);
            doneAtTxid[job] = txid;
        } catch (RestoreException notYet) {
            LOG.log(Level.DEBUG, "{0}: nothing to compact: {1}", name, notYet.getMessage());
        } catch (IOException | RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    "{0}: compacting the backup failed, which is tried again: {1}",
                    name,
                    failure.getMessage());
        }
    }

    private void work(int job, BackupPlace place) throws IOException {
        Compaction compaction = new Compaction(place);
        if (job == settings.levels().size()) {
            boolean ignored = compaction.snapshot();
        } else {
            while (compaction.compactInto(job + 1) && stopping.getCount() > 0) {
                LOG.log(Level.DEBUG, "{0}: level {1} of the backup is level", name, job + 1);
            }
        }
        int deleted = new Retention(place, settings, clock.wallMillis()).run();
        LOG.log(Level.DEBUG, "{0}: {1} objects of the backup deleted", name, deleted);
        List<Long> ended = new SupersededGenerations(place, settings.retention(), clock.wallMillis()).delete();
        if (!ended.isEmpty()) {
            LOG.log(Level.INFO, "{0}: generations {1} of the backup deleted: ended long ago", name, ended);
        }
        holdings = Holdings.of(place);
    }

    public void requestStop() {
        stopping.countDown();
    }

    /** What is under way may end later: it is harmless. */
    @Override
    public void close() throws InterruptedException {
        requestStop();
        thread.join(CLOSE_WITHIN.toMillis());
    }
}
