package io.replsqlite.server.store;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.apply.CheckpointResult;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * Makes a database of the primary out of a file that no node has served, or out of nothing: what is in it becomes txid 1.
 * Reads every page once. The file itself is not changed, apart from the switch to WAL mode.
 */
public final class Adoption {
    private Adoption() {}

    public static void adopt(
            DatabasePaths paths,
            UUID databaseId,
            StoreSettings settings,
            MonotonicClock clock,
            PageScan.Progress progress)
            throws IOException, SQLException {
        try (SqliteFiles files = SqliteFiles.open(paths.databaseFile())) {
            ensurePageOne(files);
            try (ReplicaFile lock = ReplicaFile.open(files, clock)) {
                CheckpointResult result = lock.checkpoint();
                if (!result.isComplete()) {
                    throw new IOException("Another program reads " + paths.databaseFile()
                            + " and keeps it from being checkpointed. Close it and try again; nothing was changed.");
                }
                WalIndexHeader header = files.walIndex().readHeader();
                if (header == null) {
                    throw new IOException("the wal-index of " + paths.databaseFile() + " stays inconsistent");
                }
                long[] entries = new PageScan(files, header).checksums(progress);
                Position base = new Position(Epoch.NONE, new Txid(1), PageChecksums.stateOf(entries, entries.length));
                DatabaseFounding.found(paths, databaseId, base, List.of(), files.pageSize(), entries, settings, clock);
                DatabaseFounding.recordCheckpoint(
                        paths, databaseId, base, files.pageSize(), entries.length, lock.mark());
            }
        }
    }

    /** A file without any page has no state to replicate: writing a header field gives it its first. */
    private static void ensurePageOne(SqliteFiles files) throws SQLException, IOException {
        if (files.pagesInDatabaseFile() > 0) {
            return;
        }
        try (Connection connection = files.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("pragma application_id=0");
            statement.execute("pragma user_version=0");
        }
    }
}
