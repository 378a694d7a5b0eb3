package io.replsqlite.server.backup.restore;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.storage.StorageException;
import io.replsqlite.server.ltx.LtxFileName;
import io.replsqlite.server.ltx.LtxFormatException;
import io.replsqlite.server.ltx.LtxResumePoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Restores to a file: reads into a temporary one beside it, checks everything, then gives it its name. A failure or a crash
 * before that leaves the target as it was; the same restore goes on where an interrupted one was last recorded.
 */
public final class Restore {
    private static final int ATTEMPTS = 3;

    /** What a crash costs at most, of a database that is not much larger. */
    private static final long RECORD_STEP_BYTES = 256L << 20;

    /** Records hold 8 bytes a page: of a large database there are few. */
    private static final int MAX_RECORDS = 16;

    private final BackupPlace place;
    private final RestorePoint point;
    private final RestoreDestination destination;
    private final ResumeFile resume;
    private final Progress progress;
    private final MonotonicClock clock;
    private final long recordStepBytes;

    /** Hears how far the restore is. */
    @FunctionalInterface
    public interface Progress {
        /** @throws RestoreGivenUpException to end the restore; the same one goes on there later */
        void read(long bytes, long ofBytes) throws IOException;

        /**
         * Called often while what is on disk is checked, which takes minutes for a large database.
         *
         * @throws RestoreGivenUpException as for {@link #read}
         */
        default void checking() throws IOException {}
    }

    /** @param replace whether a database at {@code file} is set aside; else it must not exist */
    public Restore(
            BackupPlace place,
            RestorePoint point,
            Path file,
            boolean replace,
            Progress progress,
            MonotonicClock clock) {
        this(place, point, new RestoreTarget(file, replace), progress, clock, RECORD_STEP_BYTES);
    }

    public Restore(
            BackupPlace place,
            RestorePoint point,
            RestoreDestination destination,
            Progress progress,
            MonotonicClock clock) {
        this(place, point, destination, progress, clock, RECORD_STEP_BYTES);
    }

    Restore(
            BackupPlace place,
            RestorePoint point,
            RestoreDestination destination,
            Progress progress,
            MonotonicClock clock,
            long recordStepBytes) {
        this.place = place;
        this.point = point;
        this.destination = destination;
        this.resume = new ResumeFile(destination.temporary());
        this.progress = progress;
        this.clock = clock;
        this.recordStepBytes = recordStepBytes;
    }

    /** What would be read. */
    public static RestorePlan plan(BackupPlace place, RestorePoint point) throws IOException {
        return new Planner(place.catalogue(), place.generation()).plan(point);
    }

    /** @throws RestoreException if it cannot be done as asked; any other failure has touched nothing either */
    public RestoreResult run() throws IOException {
        destination.requireFree();
        long began = clock.nanoTime();
        RestorePlan first = plan(place, point);
        try (RestoreLock ignored = RestoreLock.of(destination.temporary())) {
            if (destination.isInstalled()) { // whatever is written to it is written to a database
                resume.discard();
            }
            return attempt(first, began, ATTEMPTS - 1);
        }
    }

    /**
     * A file that compaction has replaced since the listing is a reason to look again; so is trouble with what an earlier
     * attempt has left.
     */
    private RestoreResult attempt(RestorePlan plan, long began, int more) throws IOException {
        Optional<ResumeRecord> earlier = resume.read(plan);
        try {
            RestoreResult result = restore(plan, earlier, began);
            resume.forget();
            return result;
        } catch (StorageException failure) {
            resume.keep();
            if (!failure.isNotFound() || more == 0) {
                throw failure;
            }
        } catch (RestoreGivenUpException givenUp) {
            resume.keep();
            throw givenUp;
        } catch (IOException | RuntimeException failure) {
            resume.discard();
            if (earlier.isEmpty() || more == 0) {
                throw failure;
            }
        }
        return attempt(plan(place, point), began, more - 1);
    }

    private RestoreResult restore(RestorePlan plan, Optional<ResumeRecord> earlier, long began) throws IOException {
        try (PageFile pages = open(plan, earlier)) {
            pourFiles(plan, earlier, pages);
            pourSteps(plan, pages);
            pages.finish();
            RoundCommit proof = proveState(plan, pages);
            long read = clock.nanoTime();
            DatabaseCheck.Result check = checkContent(proof != null);
            FailurePoint.RESTORE_CHECKED.reached();
            Position proven = proof == null ? null : proof.position();
            destination.install(new RestoredState(proven, pages.pageSize(), pages.checksums()), clock.wallMillis());
            return new RestoreResult(
                    pages.txid(),
                    plan.claimed(),
                    proof == null ? pages.timestampMillis() : proof.timestampMillis(),
                    pages.pages(),
                    pages.pageSize(),
                    pages.state(),
                    proof != null,
                    check.foreignKeyViolations(),
                    plan.files().size(),
                    plan.bytes() - resumedBytes(earlier),
                    resumedBytes(earlier),
                    TimeUnit.NANOSECONDS.toMillis(read - began),
                    TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - read));
        }
    }

    private static long resumedBytes(Optional<ResumeRecord> earlier) {
        return earlier.map(ResumeRecord::bytes).orElse(0L);
    }

    private PageFile open(RestorePlan plan, Optional<ResumeRecord> earlier) throws IOException {
        Path file = destination.temporary();
        PageFile.Saver saver = saver(plan);
        if (earlier.isPresent()) {
            return PageFile.resumed(file, saver, earlier.get(), progress::checking);
        }
        resume.forget();
        return new PageFile(file, saver);
    }

    private PageFile.Saver saver(RestorePlan plan) {
        return new PageFile.Saver() {
            @Override
            public long stepBytes(long databaseBytes) {
                return Math.max(recordStepBytes, databaseBytes / MAX_RECORDS);
            }

            @Override
            public void save(PageFile pages, LtxResumePoint at) throws IOException {
                resume.write(pages.record(plan.files(), at));
            }
        };
    }

    private void pourFiles(RestorePlan plan, Optional<ResumeRecord> earlier, PageFile pages) throws IOException {
        int first = earlier.map(ResumeRecord::fileIndex).orElse(0);
        long offset = earlier.map(record -> record.point().offset()).orElse(0L);
        long[] done = {resumedBytes(earlier)};
        try (Downloads downloads = new Downloads(place.store(), plan.files(), first, offset)) {
            for (int i = first; i < plan.files().size(); i++) {
                BackupObject file = plan.files().get(i);
                try (InputStream ltx = counted(downloads.next(), done, plan.bytes())) {
                    if (i == first && earlier.isPresent()) {
                        pages.pourRest(ltx, earlier.get().point());
                    } else {
                        pages.pour(ltx, file.name());
                    }
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

    /** The state that the backup says must be there, null if it says nothing; throws if it is another one. */
    private static @Nullable RoundCommit proveState(RestorePlan plan, PageFile pages) throws IOException {
        if (pages.txid() != plan.txid()) {
            throw new IOException("the backup's files end at txid " + pages.txid() + ", not at " + plan.txid());
        }
        RoundCommit expected = plan.expected();
        if (expected == null) {
            return null;
        }
        if (!pages.state().equals(expected.position().checksum())) {
            throw new RestoreException(
                    "the pages add up to state " + pages.state() + ", but at txid " + plan.txid() + " the primary had "
                            + expected.position().checksum() + ": files of the backup are wrong or of another history",
                    "restore an earlier point, and keep this backup for whoever looks into it");
        }
        return expected;
    }

    /** What a proven state holds was so at the source: rows without parents are then told, and no reason to refuse. */
    private DatabaseCheck.Result checkContent(boolean proven) throws IOException {
        DatabaseCheck.Result check = DatabaseCheck.of(destination.temporary(), progress::checking);
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
