package io.replsqlite.server.store;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.checkpoint.CheckpointWriter;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.pages.ChecksumFile;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.pages.PageSpool;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens a database that this node has served before; the table of its package says what is done in which case. */
public final class Recovery {
    private static final Logger LOG = System.getLogger(Recovery.class.getName());

    private final DatabasePaths paths;
    private final StoreSettings settings;
    private final MonotonicClock clock;
    private final CheckpointRecord record;
    private final PageChecksums checksums = new PageChecksums();
    private final PageVersions versions = new PageVersions();

    /** What the log has since the checkpoint, poured into the applier's spool; null for nothing. */
    private PageChecksums.@Nullable Changes pending;

    /** What the WAL says about the replica file. */
    private enum Finding {
        /** The file shows what the log's head says; commits may follow. */
        AT_HEAD,
        /** Change sets since the checkpoint are to be committed over it. */
        TO_MERGE,
        /** Only reading every page can tell. */
        DOUBTFUL
    }

    private Recovery(DatabasePaths paths, CheckpointRecord record, StoreSettings settings, MonotonicClock clock) {
        this.paths = paths;
        this.record = record;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * @throws io.replsqlite.server.log.LogCorruptedException if something durable in the log is damaged
     * @throws IOException if the files are not those of one database, or cannot be used; the message says what to do
     */
    public static OpenDatabase open(
            DatabasePaths paths, CheckpointRecord record, StoreSettings settings, MonotonicClock clock)
            throws IOException, SQLException {
        return new Recovery(paths, record, settings, clock).run();
    }

    private OpenDatabase run() throws IOException, SQLException {
        ChangeLog log =
                ChangeLog.open(paths.logDirectory(), record.databaseId(), record.position(), settings.log(), clock);
        try (PageSpool spool = new PageSpool(paths.spoolFile(), settings.applyMemoryBytes());
                RecordApplier applier = new RecordApplier(log, checksums, spool, settings.applyBatch())) {
            return openWith(log, applier);
        } catch (IOException | SQLException | RuntimeException failure) {
            log.close();
            throw failure;
        }
    }

    private OpenDatabase openWith(ChangeLog log, RecordApplier applier) throws IOException, SQLException {
        applier.noteVersionsIn(versions);
        Position head = log.durableHead();
        boolean known = loadChecksums() && pourPending(applier, head);
        WalMark lastMark = lastMarkSinceCheckpoint(log);
        Finding finding;
        WalMark captured = lastMark;
        boolean hasTail = false;
        boolean holdsLastCommit;
        try (WalInspection wal = WalInspection.open(paths.walFile())) {
            holdsLastCommit = !lastMark.equals(WalMark.NONE) && wal.contains(lastMark);
            finding = known ? examine(wal, lastMark, pending != null, applier.spool()) : Finding.DOUBTFUL;
            if (finding == Finding.AT_HEAD && wal.start() != null) {
                captured = knownPlace(wal, lastMark);
                hasTail = wal.endFrom(captured).frame() > captured.frame();
            }
        }
        SqliteFiles files = SqliteFiles.open(paths.databaseFile());
        try {
            Reading reading = Reading.NOT_NEEDED;
            if (finding == Finding.DOUBTFUL) {
                reading = readEverything(files, applier, head, known, holdsLastCommit);
                finding = reading.merge() ? Finding.TO_MERGE : finding;
            }
            PageChecksums.Changes changes = pending;
            if (changes != null && finding == Finding.TO_MERGE) {
                captured = merge(files, applier, changes);
            }
            if (changes != null) {
                checksums.commit(changes, head);
            }
            WalMark place = finding == Finding.DOUBTFUL ? currentEnd(files) : captured;
            return new OpenDatabase(
                    record.databaseId(),
                    paths,
                    files,
                    log,
                    checksums,
                    checkpointWriter(files),
                    place,
                    hasTail,
                    reading.actual(),
                    reading.behind());
        } catch (IOException | SQLException | RuntimeException failure) {
            files.close();
            throw failure;
        }
    }

    private CheckpointWriter checkpointWriter(SqliteFiles files) throws IOException {
        return new CheckpointWriter(
                record.databaseId(),
                paths.databaseFile(),
                paths.checkpointFile(),
                paths.checksumFile(),
                checksums,
                files.pageSize(),
                record);
    }

    /** Pours what the log has since the checkpoint; false if that does not lead from the checksums to the head. */
    private boolean pourPending(RecordApplier applier, Position head) throws IOException {
        pending = null;
        try {
            var ignored = applier.startAfter(record.position());
            Position reached = applier.pourAll();
            if (reached != null) {
                pending = applier.checked(reached);
                noteVersionsBefore(pending);
                return true;
            }
            if (checksums.position().checksum().equals(head.checksum())) {
                return true;
            }
            throw new DivergedException("The page checksums do not belong to " + head);
        } catch (DivergedException notContinued) {
            LOG.log(Level.WARNING, "{0}: {1}", paths.databaseFile(), notContinued.getMessage());
            return false;
        }
    }

    /** What the pages that are to change had at the checkpoint, and those that are to go. */
    private void noteVersionsBefore(PageChecksums.Changes changes) {
        for (int i = 0; i < changes.count(); i++) {
            versions.add(changes.pageNumbers()[i], checksums.get(changes.pageNumbers()[i]));
        }
        for (int page = changes.databasePages() + 1; page <= checksums.pages(); page++) {
            versions.add(page, checksums.get(page));
        }
    }

    /** The checksums as of the checkpoint; false if they are missing, damaged or of another time. */
    private boolean loadChecksums() throws IOException {
        if (Files.exists(paths.resyncMarker())) {
            return false;
        }
        try (ChecksumFile file = ChecksumFile.open(paths.checksumFile())) {
            Optional<long[]> entries = file.read(record.databaseId(), record.pageSize(), record.databasePages());
            if (entries.isEmpty()) {
                return false;
            }
            // Entries may be newer than the checkpoint where the log has later change sets; the applier's check tells.
            StateChecksum state = PageChecksums.stateOf(entries.get(), entries.get().length);
            checksums.reset(
                    new Position(record.position().epoch(), record.position().txid(), state), entries.get());
            return true;
        }
    }

    /**
     * Where the WAL stood after the last commit in the log, if it was captured here since the checkpoint, or was there when a
     * tenure of this node began. A commit that was received after it stands behind that mark or not at all: then the mark says
     * nothing of the log's end.
     */
    private WalMark lastMarkSinceCheckpoint(ChangeLog log) throws IOException {
        WalMark last = WalMark.NONE;
        if (log.after(record.position()) instanceof CursorSearch.Found found) {
            try (LogCursor cursor = found.cursor()) {
                while (cursor.advance() == LogCursor.Advance.RECORD) {
                    WalMark mark = cursor.record().walMark();
                    boolean commit = cursor.record().header().kind() == RecordKind.COMMIT;
                    last = commit || !mark.equals(WalMark.NONE) ? mark : last;
                }
            }
        }
        return last;
    }

    private Finding examine(WalInspection wal, WalMark lastMark, boolean pending, PageSpool spool) throws IOException {
        WalMark start = wal.start();
        boolean untouched = record.describes(paths.databaseFile());
        if (start == null) {
            return !untouched ? Finding.DOUBTFUL : pending ? Finding.TO_MERGE : Finding.AT_HEAD;
        }
        if (!lastMark.equals(WalMark.NONE)) {
            if (wal.contains(lastMark)) {
                return Finding.AT_HEAD;
            }
            return start.isSameGeneration(lastMark) ? Finding.TO_MERGE : Finding.DOUBTFUL;
        }
        if (!untouched && !record.isFollowedBy(start)) {
            return Finding.DOUBTFUL;
        }
        if (!pending) {
            return Finding.AT_HEAD;
        }
        return wal.holdsOnly(checksums, spool) ? Finding.TO_MERGE : Finding.DOUBTFUL;
    }

    /** The last place in the WAL up to which the log has everything. */
    private WalMark knownPlace(WalInspection wal, WalMark lastMark) throws IOException {
        WalMark start = wal.start();
        if (start == null || !lastMark.equals(WalMark.NONE)) {
            return lastMark;
        }
        return wal.contains(record.walEnd()) ? record.walEnd() : start;
    }

    private WalMark merge(SqliteFiles files, RecordApplier applier, PageChecksums.Changes pending)
            throws IOException, SQLException {
        LOG.log(
                Level.INFO,
                "{0}: {1} pages changed since the last checkpoint are committed again",
                paths.databaseFile(),
                pending.count());
        try (ReplicaFile replica = ReplicaFile.open(files, clock)) {
            if (pending.count() > 0) {
                replica.commit(applier.source(pending.pageNumbers()), pending.databasePages());
            }
            return replica.mark();
        }
    }

    /**
     * What reading every page has shown.
     *
     * @param actual the checksum of every page as found, if that is not what the log says; else null
     * @param merge whether the file is merely behind its log, so that the pending change sets make it right
     * @param behind whether commits that the log has are missing in the file, and something else is in it as well
     */
    private record Reading(long @Nullable [] actual, boolean merge, boolean behind) {
        static final Reading NOT_NEEDED = new Reading(null, false, false);
    }

    private Reading readEverything(
            SqliteFiles files, RecordApplier applier, Position head, boolean known, boolean holdsLastCommit)
            throws IOException, SQLException {
        LOG.log(
                Level.WARNING,
                "{0} may have been changed while no node served it: every page is read",
                paths.databaseFile());
        long[] found = scan(files);
        StateChecksum state = PageChecksums.stateOf(found, found.length);
        if (state.equals(head.checksum())) {
            pending = null;
            checksums.reset(head, found);
            return Reading.NOT_NEEDED;
        }
        if (known) {
            return judge(found);
        }
        if (state.equals(record.position().checksum())) {
            checksums.reset(record.position(), found);
            if (pourPending(applier, head)) {
                return new Reading(null, pending != null, false);
            }
        }
        pending = null;
        checksums.resetUnknown(head);
        boolean mayBeBehind = head.txid().isAfter(record.position().txid()) && !holdsLastCommit;
        return new Reading(found, false, mayBeBehind);
    }

    private long[] scan(SqliteFiles files) throws IOException, SQLException {
        try (ReplicaFile lock = ReplicaFile.open(files, clock)) {
            WalIndexHeader header = files.walIndex().readHeader();
            if (header == null) {
                throw new IOException("the wal-index of " + paths.databaseFile() + " stays inconsistent");
            }
            return new PageScan(files, header).checksums((done, of) -> {});
        }
    }

    /** Tells a file that lacks commits from one that somebody has changed. */
    private Reading judge(long[] found) {
        long[] expected = checksums.entriesAfter(pending);
        boolean older = false;
        boolean foreign = false;
        for (int i = 0; i < Math.max(found.length, expected.length); i++) {
            long is = i < found.length ? found[i] : 0;
            long mustBe = i < expected.length ? expected[i] : 0;
            if (is != mustBe) {
                boolean wasOnce = versions.contains(i + 1, is);
                older |= wasOnce;
                foreign |= !wasOnce;
            }
        }
        return foreign ? new Reading(found, false, older) : new Reading(null, true, false);
    }

    private static WalMark currentEnd(SqliteFiles files) throws IOException {
        WalIndexHeader header = files.walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + files.database() + " stays inconsistent");
        }
        return header.mark();
    }
}
