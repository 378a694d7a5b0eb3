package io.replsqlite.server.store;

import io.replsqlite.server.checkpoint.CheckpointWriter;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A database that is open on this node, recovered as far as this node alone can.
 *
 * @param capturedUpTo the place in the WAL up to which the log has everything
 * @param hasTail whether commits follow that place: uncaptured ones on a primary, foreign ones on a follower
 * @param actual the checksum of every page as found, if that is not what log and checksums say; else null
 * @param isBehind whether the file lacks commits that the log has, beside other differences: no primary may start from it
 */
public record OpenDatabase(
        UUID id,
        DatabasePaths paths,
        SqliteFiles files,
        ChangeLog log,
        PageChecksums checksums,
        CheckpointWriter checkpoints,
        WalMark capturedUpTo,
        boolean hasTail,
        long @Nullable [] actual,
        boolean isBehind)
        implements AutoCloseable {

    public int pageSize() {
        return files.pageSize();
    }

    /** The same files at a later moment: nothing is left to repair, everything up to a mark is in the log. */
    public OpenDatabase settledAt(WalMark mark) {
        return new OpenDatabase(id, paths, files, log, checksums, checkpoints, mark, false, null, false);
    }

    /**
     * The same files at a later moment, when what is in them is not what the log says.
     *
     * @param found the checksum of every page, 0 for one that is not known
     */
    public OpenDatabase doubtfulAt(WalMark mark, long[] found) {
        if (!checksums.position().equals(log.durableHead())) {
            checksums.resetUnknown(log.durableHead());
        }
        return new OpenDatabase(id, paths, files, log, checksums, checkpoints, mark, false, found, isBehind);
    }

    @Override
    public void close() throws IOException {
        try (log;
                checkpoints) {
            files.close();
        } catch (SQLException failure) {
            throw new IOException("cannot close " + paths.databaseFile() + ": " + failure.getMessage(), failure);
        }
    }
}
