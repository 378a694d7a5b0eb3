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
        boolean known = loadChecksums();
        Position head = log.durableHead();
        WalMark lastMark = WalMark.NONE;
        PageChecksums.@Nullable Changes pending = null;
        if (known) {
            try {
                var ignored = applier.startAfter(record.position());
                Position reached = applier.pourAll();
                pending = reached == null ? null : applier.checked(reached);
                if (reached == null && !checksums.position().checksum().equals(head.checksum())) {
                    throw new DivergedException("The page checksums do not belong to " + head);
                }
                lastMark = lastMarkSinceCheckpoint(log);
            } catch (DivergedException notContinued) {
                LOG.log(Level.WARNING, "{0}: {1}", paths.databaseFile(), notContinued.getMessage());
                known = false;
            }
        }
        Finding finding;
        WalMark captured;
        boolean hasTail = false;
        try (WalInspection wal = WalInspection.open(paths.walFile())) {
            captured = lastMark;
            finding = known ? examine(wal, lastMark, pending != null, applier.spool()) : Finding.DOUBTFUL;
            if (finding == Finding.AT_HEAD && wal.start() != null) {
                captured = knownPlace(wal, lastMark);
                hasTail = wal.endFrom(captured).frame() > captured.frame();
            }
        }
        SqliteFiles files = SqliteFiles.open(paths.databaseFile());
        try {
            if (known && pending != null && finding == Finding.TO_MERGE) {
                captured = merge(files, applier, pending);
            }
            if (known && pending != null) {
                checksums.commit(pending, head);
            }
            long @Nullable [] actual = finding == Finding.DOUBTFUL ? readEverything(files, head, known) : null;
            CheckpointWriter checkpoints = new CheckpointWriter(
                    record.databaseId(),
                    paths.databaseFile(),
                    paths.checkpointFile(),
                    paths.checksumFile(),
                    checksums,
                    files.pageSize(),
                    record);
            WalMark place = finding == Finding.DOUBTFUL ? currentEnd(files) : captured;
            return new OpenDatabase(
                    record.databaseId(), paths, files, log, checksums, checkpoints, place, hasTail, actual);
        } catch (IOException | SQLException | RuntimeException failure) {
            files.close();
            throw failure;
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
     * Where the WAL stood after the last commit in the log, if it was captured here since the checkpoint. A commit that was
     * received after it stands behind that mark or not at all: then the mark says nothing of the log's end.
     */
    private WalMark lastMarkSinceCheckpoint(ChangeLog log) throws IOException {
        WalMark last = WalMark.NONE;
        if (log.after(record.position()) instanceof CursorSearch.Found found) {
            try (LogCursor cursor = found.cursor()) {
                while (cursor.advance() == LogCursor.Advance.RECORD) {
                    if (cursor.record().header().kind() == RecordKind.COMMIT) {
                        last = cursor.record().walMark();
                    }
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

    /** Reads every page; answers their checksums unless they are what they must be. */
    private long @Nullable [] readEverything(SqliteFiles files, Position head, boolean known)
            throws IOException, SQLException {
        LOG.log(
                Level.WARNING,
                "{0} may have been changed while no node served it: every page is read",
                paths.databaseFile());
        long[] found;
        try (ReplicaFile lock = ReplicaFile.open(files, clock)) {
            WalIndexHeader header = files.walIndex().readHeader();
            if (header == null) {
                throw new IOException("the wal-index of " + paths.databaseFile() + " stays inconsistent");
            }
            found = new PageScan(files, header).checksums((done, of) -> {});
        }
        if (PageChecksums.stateOf(found, found.length).equals(head.checksum())) {
            checksums.reset(head, found);
            return null;
        }
        if (!known) {
            checksums.resetUnknown(head);
        }
        return found;
    }

    private static WalMark currentEnd(SqliteFiles files) throws IOException {
        WalIndexHeader header = files.walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + files.database() + " stays inconsistent");
        }
        return header.mark();
    }
}
