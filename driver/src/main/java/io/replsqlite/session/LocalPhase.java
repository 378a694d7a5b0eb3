package io.replsqlite.session;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.local.LocalConnection;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.TransactionStep.Verb;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A transaction before the primary knows of it: nothing yet, or one snapshot of the replica file, which the first read
 * takes once the gate lets it through. Nothing is written here, so savepoints are only names.
 */
final class LocalPhase {
    private final LocalLane lane;
    private final LocalConnection connection;
    private final @Nullable RecordedReads reads;
    private final List<String> savepoints = new ArrayList<>();
    private @Nullable SnapshotMark snapshot;
    private @Nullable Settled settled;

    /** What the replica file showed at least just before the snapshot was taken, and of which moment it was. */
    record SnapshotMark(long epoch, long txid, long asOfNanos) {}

    /**
     * A read has shown what the snapshot shows, and might.
     *
     * @param permit null if all of it is committed; else why it was shown all the same
     */
    record Settled(@Nullable ReadPermit permit) {}

    /** @param reads takes what is read, so that the transaction can move to the primary; null if it only ever reads */
    LocalPhase(LocalLane lane, @Nullable RecordedReads reads) {
        this.lane = lane;
        this.connection = lane.connection();
        this.reads = reads;
    }

    @Nullable
    RecordedReads reads() {
        return snapshot == null ? null : reads;
    }

    /** What the primary must know to go on from here; null if nothing was read. */
    TransactionStep.@Nullable Upgrade upgrade(Deadline deadline) throws SQLException {
        if (snapshot == null) {
            return null;
        }
        if (reads == null) {
            throw new SQLException("the read-only transaction has begun on a snapshot of the replica, on which this"
                    + " statement does not compile: nothing was executed; commit or roll back first");
        }
        String why = reads.unrepeatable();
        if (why == null && !lane.isFree()) {
            why = "a result that was opened on its snapshot is still open";
        }
        long leftMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos()));
        return new TransactionStep.Upgrade(
                new Epoch(snapshot.epoch()),
                new Txid(snapshot.txid()),
                why == null ? reads.toMessage() : List.of(),
                why,
                leftMillis);
    }

    @Nullable
    SnapshotMark snapshot() {
        return snapshot;
    }

    /**
     * What the connection reads next is what it goes on seeing. Not every statement opens the database, and what only a
     * later one saw was never asked about; so it is opened here.
     */
    void takeSnapshot(SnapshotMark mark) throws SQLException {
        connection.setAutoCommit(false);
        snapshot = mark;
        settled = null;
        connection.openSnapshot();
    }

    /** Null until a read on the snapshot was settled. */
    @Nullable
    Settled settled() {
        return snapshot == null ? null : settled;
    }

    void settled(@Nullable ReadPermit permit) {
        settled = new Settled(permit);
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
            throw SqliteErrors.error("no such savepoint: " + name);
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
