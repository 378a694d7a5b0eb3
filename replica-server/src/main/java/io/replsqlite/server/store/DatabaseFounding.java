package io.replsqlite.server.store;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.pages.ChecksumFile;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;

/**
 * Gives a database its log, its checksums and its first checkpoint record, in this order. A database without the record
 * has not been founded, whatever else is there.
 */
public final class DatabaseFounding {
    private DatabaseFounding() {}

    /** Whether this node has served the database before. */
    public static boolean isFounded(DatabasePaths paths) {
        return Files.exists(paths.checkpointFile()) && Files.exists(paths.databaseFile());
    }

    /**
     * A database file that no node founded is not ours to replace.
     *
     * @throws IOException if there is one
     */
    public static void refuseForeignFile(DatabasePaths paths) throws IOException {
        if (Files.exists(paths.databaseFile())
                && !Files.exists(paths.stateDirectory().resolve("log"))) {
            throw new IOException(
                    paths.databaseFile() + " exists, but no node has served it: this node follows and would"
                            + " have to replace it. Nothing was changed. Move it away, or import it on the primary.");
        }
    }

    /** Starts an empty log at {@code base} and stores the checksums; what an earlier attempt left is discarded. */
    public static void found(
            DatabasePaths paths,
            UUID databaseId,
            Position base,
            List<Tenure> history,
            int pageSize,
            long[] entries,
            StoreSettings settings,
            MonotonicClock clock)
            throws IOException {
        DurableFiles.createDirectories(paths.stateDirectory());
        DurableFiles.delete(paths.checkpointFile());
        DurableFiles.deleteTree(paths.logDirectory());
        try (ChangeLog log = ChangeLog.open(paths.logDirectory(), databaseId, base, settings.log(), clock)) {
            log.reset(base, history, null);
        }
        PageChecksums checksums = new PageChecksums();
        checksums.reset(base, entries);
        try (ChecksumFile file = ChecksumFile.open(paths.checksumFile())) {
            file.write(databaseId, pageSize, checksums);
        }
    }

    /** The database file holds exactly {@code position}, durably: from now on it is founded. */
    public static void recordCheckpoint(
            DatabasePaths paths, UUID databaseId, Position position, int pageSize, int databasePages, WalMark walEnd)
            throws IOException {
        CheckpointRecord.of(databaseId, position, pageSize, databasePages, walEnd, paths.databaseFile())
                .write(paths.checkpointFile());
    }
}
