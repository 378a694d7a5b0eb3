package io.replsqlite.session;

import io.replsqlite.local.LocalConnection;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction before the primary knows of it: nothing yet, or one snapshot of the replica file, which the first read
 * takes once the gate lets it through. Nothing is written here, so savepoints are only names.
 */
final class LocalPhase {
    private final LocalConnection connection;
    private final List<String> savepoints = new ArrayList<>();
    private @Nullable SnapshotMark snapshot;

    /** What the replica file showed at least just before the snapshot was taken, and of which moment it was. */
    record SnapshotMark(long epoch, long txid, long asOfNanos) {}

    LocalPhase(LocalConnection connection) {
        this.connection = connection;
    }

    @Nullable
    SnapshotMark snapshot() {
        return snapshot;
    }

    /** What the connection reads next is what it goes on seeing. */
    void takeSnapshot(SnapshotMark mark) throws SQLException {
        connection.setAutoCommit(false);
        snapshot = mark;
    }

    /** Those that are set, oldest first. */
    List<String> savepoints() {
        return savepoints;
    }

    void savepoint(Verb verb, String name) throws SQLException {
        if (verb == Verb.SAVEPOINT) {
            savepoints.add(name);
            return;
        }
        int newest = savepoints.size() - 1;
        while (newest >= 0 && !savepoints.get(newest).equalsIgnoreCase(name)) {
            newest--;
        }
        if (newest < 0) {
            throw new SQLException("no such savepoint: " + name, null, 1);
        }
        int kept = verb == Verb.RELEASE ? newest : newest + 1;
        savepoints.subList(kept, savepoints.size()).clear();
    }

    /** Lets the snapshot go; an open result keeps it for itself. What temporary tables were given stays. */
    void end() throws SQLException {
        if (snapshot != null) {
            snapshot = null;
            connection.setAutoCommit(true);
        }
    }

    void rollback() throws SQLException {
        if (snapshot != null) {
            connection.rollback();
            end();
        }
    }
}
