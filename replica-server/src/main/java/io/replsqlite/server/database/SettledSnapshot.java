package io.replsqlite.server.database;

import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * A read transaction of which is known at which position it stands: position and wal-index header are the same before and
 * after it begins.
 */
record SettledSnapshot(OpenDatabase files, Connection connection, WalIndexHeader header, PageChecksums.Copy copy)
        implements AutoCloseable {
    /** Begins one on a connection of its own; nothing if a commit came between, which calls for another attempt. */
    static Optional<SettledSnapshot> begin(ReplicatedDatabase database, OpenDatabase files)
            throws IOException, SQLException {
        Connection connection = files.files().connect();
        boolean keep = false;
        try (Statement statement = connection.createStatement()) {
            WalIndexHeader before = files.files().walIndex().readHeader();
            PageChecksums.Copy copy = files.checksums().copy();
            statement.execute("begin");
            try (ResultSet row = statement.executeQuery("select count(*) from sqlite_schema")) {
                row.next();
            }
            keep = before != null && isOneState(database, files, before, copy);
            return keep && before != null
                    ? Optional.of(new SettledSnapshot(files, connection, before, copy))
                    : Optional.empty();
        } finally {
            if (!keep) {
                connection.close();
            }
        }
    }

    private static boolean isOneState(
            ReplicatedDatabase database, OpenDatabase files, WalIndexHeader header, PageChecksums.Copy copy)
            throws IOException {
        return header.equals(files.files().walIndex().readHeader())
                && files.checksums().isSettled() // before the position: a commit may be taken over in between
                && copy.position().equals(files.checksums().position())
                && database.isSettled(header);
    }

    /**
     * A snapshot of which everything is in the database file does not keep the WAL from starting over; frames that were
     * read meanwhile may then be of another commit, or gone.
     */
    boolean isSameWal() throws IOException {
        WalIndexHeader now = files.files().walIndex().readHeader();
        return now != null && now.mark().isSameGeneration(header.mark()) && now.maxFrame() >= header.maxFrame();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
