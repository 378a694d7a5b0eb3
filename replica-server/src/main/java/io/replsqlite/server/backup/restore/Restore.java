package io.replsqlite.server.backup.restore;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.storage.StorageException;
import io.replsqlite.server.ltx.LtxFileName;
import io.replsqlite.server.ltx.LtxFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Restores to a file: reads into a temporary one beside it, checks everything, then gives it its name. A failure or a crash
 * before that leaves the target as it was; the next attempt starts over.
 */
public final class Restore {
    private static final int ATTEMPTS = 3;

    private final BackupPlace place;
    private final RestorePoint point;
    private final RestoreTarget target;
    private final Progress progress;
    private final MonotonicClock clock;

    /** Hears how far the download is. */
    @FunctionalInterface
    public interface Progress {
        void read(long bytes, long ofBytes);
    }

    /** @param replace whether a database at {@code file} is set aside; else it must not exist */
    public Restore(
            BackupPlace place,
            RestorePoint point,
            Path file,
            boolean replace,
            Progress progress,
            MonotonicClock clock) {
        this.place = place;
        this.point = point;
        this.target = new RestoreTarget(file, replace);
        this.progress = progress;
        this.clock = clock;
    }

    /** What would be read. */
    public static RestorePlan plan(BackupPlace place, RestorePoint point) throws IOException {
        return new Planner(place.catalogue(), place.generation()).plan(point);
    }

    /** @throws RestoreException if it cannot be done as asked; any other failure has touched nothing either */
    public RestoreResult run() throws IOException {
        target.requireFree();
        long began = clock.nanoTime();
        RestorePlan first = plan(place, point);
        try (FileChannel ignored = target.lockTemporary()) {
            return attempt(first, began, ATTEMPTS - 1);
        } finally {
            target.deleteLock();
        }
    }

    /** A file that compaction has replaced since the listing is a reason to look again. */
    private RestoreResult attempt(RestorePlan plan, long began, int more) throws IOException {
        try {
            return restore(plan, began);
        } catch (StorageException failure) {
            if (!failure.isNotFound() || more == 0) {
                throw failure;
            }
            return attempt(plan(place, point), began, more - 1);
        } finally {
            Files.deleteIfExists(target.temporary());
        }
    }

    private RestoreResult restore(RestorePlan plan, long began) throws IOException {
        try (PageFile pages = new PageFile(target.temporary())) {
            pourFiles(plan, pages);
            pourSteps(plan, pages);
            pages.finish();
            boolean proven = proveState(plan, pages);
            long read = clock.nanoTime();
            DatabaseCheck.Result check = checkContent(proven);
            FailurePoint.RESTORE_CHECKED.reached();
            target.install(clock.wallMillis());
            return new RestoreResult(
                    pages.txid(),
                    plan.expected() == null
                            ? pages.timestampMillis()
                            : plan.expected().timestampMillis(),
                    pages.pages(),
                    pages.pageSize(),
                    pages.state(),
                    proven,
                    check.foreignKeyViolations(),
                    plan.files().size(),
                    plan.bytes(),
                    TimeUnit.NANOSECONDS.toMillis(read - began),
                    TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - read));
        }
    }

    private void pourFiles(RestorePlan plan, PageFile pages) throws IOException {
        long[] done = new long[1];
        try (Downloads downloads = new Downloads(place.store(), plan.files())) {
            for (BackupObject file : plan.files()) {
                try (InputStream ltx = counted(downloads.next(), done, plan.bytes())) {
                    pages.pour(ltx, file.name());
                } catch (LtxFormatException damaged) {
                    throw damaged.in(file.key());
                }
            }
        }
    }

    private InputStream counted(InputStream in, long[] done, long of) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("read in blocks");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = in.read(into, offset, length);
                done[0] += Math.max(0, count);
                progress.read(done[0], of);
                return count;
            }
        };
    }

    private static void pourSteps(RestorePlan plan, PageFile pages) throws IOException {
        for (RoundCommit step : plan.steps()) {
            byte[] ltx = step.ltx();
            if (ltx == null) {
                throw new IllegalStateException("a step of the plan has no change set");
            }
            Txid txid = step.position().txid();
            pages.pour(new ByteArrayInputStream(ltx), new LtxFileName(txid, txid));
        }
    }

    /** Whether the backup says what the state must be; throws if it is another one. */
    private static boolean proveState(RestorePlan plan, PageFile pages) throws IOException {
        if (pages.txid() != plan.txid()) {
            throw new IOException("the backup's files end at txid " + pages.txid() + ", not at " + plan.txid());
        }
        RoundCommit expected = plan.expected();
        if (expected == null) {
            return false;
        }
        if (!pages.state().equals(expected.position().checksum())) {
            throw new RestoreException(
                    "the pages add up to state " + pages.state() + ", but at txid " + plan.txid() + " the primary had "
                            + expected.position().checksum() + ": files of the backup are wrong or of another history",
                    "restore an earlier point, and keep this backup for whoever looks into it");
        }
        return true;
    }

    /** What a proven state holds was so at the source: rows without parents are then told, and no reason to refuse. */
    private DatabaseCheck.Result checkContent(boolean proven) throws IOException {
        DatabaseCheck.Result check = DatabaseCheck.of(target.temporary());
        if (!check.isSound()) {
            throw new RestoreException(
                    "the restored database is damaged: " + check.integrity(),
                    proven
                            ? "the source had this damage at that point; restore an earlier one"
                            : "restore an earlier point");
        }
        if (!proven && check.foreignKeyViolations() > 0) {
            throw new RestoreException(
                    "the restored database has rows whose foreign keys lead nowhere, and the backup does not say"
                            + " whether the source had them",
                    "restore an earlier point");
        }
        return check;
    }
}
