package io.replsqlite.server.commit;

import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/**
 * Transaction control on the writer's connection, from statements that are compiled once. For the writer thread.
 *
 * <p>A savepoint marks one write of a shared transaction. That it is gone tells that SQLite has ended the transaction on
 * its own (RAISE(ROLLBACK), OR ROLLBACK, a full disk), and with it what the neighbours did.
 */
final class WriterTransaction implements AutoCloseable {
    private final Capture capture;
    private final VisibleBound visible;
    private final SessionSettings sessionSettings;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement rollback;
    private final PreparedStatement endMark;
    private final PreparedStatement mark;
    private final PreparedStatement releaseMark;
    private final PreparedStatement rollbackToMark;
    private final DeferredConstraints deferredConstraints;

    WriterTransaction(Connection connection, Capture capture, VisibleBound visible) throws SQLException {
        this.capture = capture;
        this.visible = visible;
        this.sessionSettings = new SessionSettings(connection);
        begin = connection.prepareStatement("begin immediate");
        commit = connection.prepareStatement("commit");
        rollback = connection.prepareStatement("rollback");
        endMark = connection.prepareStatement("savepoint replsqlite_end");
        mark = connection.prepareStatement("savepoint replsqlite_write");
        releaseMark = connection.prepareStatement("release replsqlite_write");
        rollbackToMark = connection.prepareStatement("rollback to replsqlite_write");
        deferredConstraints = new DeferredConstraints(connection);
    }

    /** Takes SQLite's write lock under the settings of a client; answers where the WAL stands, which now cannot change. */
    WalMark begin(Map<String, String> settings) throws IOException, SQLException {
        sessionSettings.apply(settings);
        boolean ignored = begin.execute();
        return capture.walEnd();
    }

    /** Whether one write could repair at COMMIT what another has broken, so that neither is answered as if alone. */
    boolean mayBeRepairedByNeighbours() throws SQLException {
        return sessionSettings.isOn("defer_foreign_keys")
                || (sessionSettings.isOn("foreign_keys") && deferredConstraints.exist());
    }

    void commit() throws SQLException {
        visible.beforeCommitAfter(capture.position().txid());
        boolean ignored = commit.execute();
    }

    /** SQLite ends a transaction itself after some errors; the savepoint makes the rollback right in either case. */
    void rollback() throws SQLException {
        boolean ignored = endMark.execute();
        ignored = rollback.execute();
    }

    void mark() throws SQLException {
        boolean ignored = mark.execute();
    }

    /** Keeps what was done since the mark; false if the transaction is gone. */
    boolean keepSinceMark() {
        return succeeds(releaseMark);
    }

    /** Undoes what was done since the mark; false if the transaction is gone. */
    boolean undoToMark() {
        return succeeds(rollbackToMark) && succeeds(releaseMark);
    }

    private static boolean succeeds(PreparedStatement statement) {
        try {
            boolean ignored = statement.execute();
            return true;
        } catch (SQLException noSuchSavepoint) {
            return false;
        }
    }

    @Override
    public void close() throws SQLException {
        deferredConstraints.close();
        for (PreparedStatement statement :
                new PreparedStatement[] {begin, commit, rollback, endMark, mark, releaseMark, rollbackToMark}) {
            statement.close();
        }
    }
}
