package io.replsqlite.server.apply;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.DeliberateBug;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * SQLite's write lock, held by an empty transaction of a connection that does nothing else.
 *
 * <p>Released by COMMIT, never by ROLLBACK: a rollback copies the live wal-index header into the connection, which then
 * takes its old page cache for current. There is deliberately no way to roll back here.
 */
final class WriteLock implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private boolean held;

    WriteLock(Connection connection) throws SQLException {
        this.connection = connection;
        try (var statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout=100");
        }
        begin = connection.prepareStatement("begin immediate");
        commit = connection.prepareStatement(DeliberateBug.LOCK_RELEASED_BY_ROLLBACK.isMade() ? "rollback" : "commit");
    }

    boolean isHeld() {
        return held;
    }

    /** @throws WriteLockBusyException if another writer keeps it past the deadline */
    void acquire(Deadline deadline) throws IOException {
        while (!tryAcquire()) {
            if (deadline.hasPassed()) {
                throw new WriteLockBusyException();
            }
        }
    }

    /** Waits at most the connection's busy timeout. A commit between snapshot and lock (BUSY_SNAPSHOT) is busy too. */
    private boolean tryAcquire() throws IOException {
        try {
            begin.execute();
            held = true;
            return true;
        } catch (SQLException e) {
            if (SqliteErrors.isBusy(e)) {
                return false;
            }
            throw new IOException("cannot take the write lock of the replica file", e);
        }
    }

    void release() throws IOException {
        if (!held) {
            return;
        }
        try {
            commit.execute();
            held = false;
        } catch (SQLException e) {
            throw new IOException("cannot let go of the write lock of the replica file", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (connection) {
            release();
        } catch (SQLException e) {
            throw new IOException("cannot close the connection that holds the write lock", e);
        }
    }
}
