package io.replsqlite.session;

import io.replsqlite.api.ReplicaStatus;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.config.ReadRule;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.route.Classification;
import io.replsqlite.route.StatementClassifier;
import io.replsqlite.status.AppliedPosition;
import io.replsqlite.status.StatusPageException;
import io.replsqlite.status.StatusPageReader;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads on the replica file of this host. */
final class ReplicaSide implements ReadSide {
    private static final long NOT_LOOKED = -1;
    private static final long UNKNOWN_AGE_NANOS = Long.MAX_VALUE / 2;

    private final StatusPageReader page;
    private final UUID databaseId;
    private final ReplicaView replica;
    private final Seen seen;
    private final WrittenHere writtenHere;
    private final ReadGate gate;
    private final LocalLanes lanes;
    private final Closeable hold;
    private final MonotonicClock clock;
    private final StatementClassifier classifier;
    private long shownEpoch;

    /** Before the read took its snapshot, where that could show what is not committed. */
    private long lookedAtEpoch = NOT_LOOKED;

    ReplicaSide(
            DriverConfig config,
            NodeDirectory directory,
            PrimaryClient primary,
            Seen seen,
            ConnectionCounters counters,
            MonotonicClock clock)
            throws SQLException, StatusPageException {
        this.page = directory.page();
        this.databaseId = page.snapshot().databaseId();
        this.seen = seen;
        this.clock = clock;
        this.replica = new ReplicaView(page, clock);
        Heads heads = new Heads(primary, page, config.databaseName(), clock);
        this.writtenHere = WrittenHere.of(directory.databaseFile(), databaseId);
        this.gate = new ReadGate(databaseId, replica, seen, writtenHere, heads, config, clock);
        this.hold = directory.hold();
        this.lanes = new LocalLanes(config, directory.databaseFile(), counters);
        this.classifier = new StatementClassifier(lanes.main().connection());
    }

    @Override
    public UUID databaseId() {
        return databaseId;
    }

    @Override
    public void wrote(long epoch, long txid) {
        writtenHere.wrote(epoch, txid);
    }

    @Override
    public ReplicaStatus status() throws SQLException {
        try {
            return PageStatus.of(page.snapshot(), clock.nanoTime());
        } catch (StatusPageException e) {
            throw new SQLTransientConnectionException(
                    "the node's status is not to be had: " + e.getMessage(), "58R01", e);
        }
    }

    @Override
    public long epoch() {
        return page.epoch();
    }

    @Override
    public long appliedTxid() {
        return page.appliedTxid();
    }

    @Override
    public Classification classify(String sql) throws SQLException {
        return classifier.classify(sql);
    }

    @Override
    public void forgetClassification(String sql) {
        classifier.forget(sql);
    }

    @Override
    public LocalLane mainLane() {
        return lanes.main();
    }

    @Override
    public ReadPermit permit(ReadRule rule, @Nullable Deadline limit) throws SQLException {
        return gate.permit(rule, limit);
    }

    /** On the lane that is answered, a read sees what it must. Whatever it sees, later reads must see no less. */
    @Override
    public LocalLane laneForRead(String why, RouteNote note) throws SQLException {
        long ageNanos = gate.ageNanos();
        long now = replica.measuredAtNanos();
        LocalLane lane = lanes.showing(gate.requiredTxid(), now - gate.oldestNanos());
        if (lane != lanes.main()) {
            requireNoTemporaryTables();
        }
        AppliedPosition shown = replica.shownToThisRead();
        lookedAtEpoch = replica.mayShowUncommitted() ? page.epoch() : NOT_LOOKED;
        replica.forget();
        note.local(why, shown.txid(), ageNanos, now - (ageNanos < 0 ? UNKNOWN_AGE_NANOS : ageNanos));
        shownEpoch = shown.epoch();
        seen.saw(shown.epoch(), shown.txid());
        return lane;
    }

    @Override
    public @Nullable ReadPermit settle(@Nullable Deadline limit, boolean mayMove) throws SQLException {
        long epochBefore = lookedAtEpoch;
        lookedAtEpoch = NOT_LOOKED; // a snapshot that was vouched for stays so
        boolean overtaken = epochBefore != NOT_LOOKED && epochBefore != page.epoch();
        return replica.showsOnlyCommitted() && !overtaken ? null : gate.settle(limit, overtaken, mayMove);
    }

    private void requireNoTemporaryTables() throws SQLException {
        if (lanes.main().connection().hasTemporaryObjects()) {
            throw new SQLFeatureNotSupportedException("an open result keeps this connection at an older state, and its"
                    + " temporary tables keep it from using another: close the result before reading on");
        }
    }

    @Override
    public long shownEpoch() {
        return shownEpoch;
    }

    @Override
    public void follow(String name, String sql) throws SQLException {
        lanes.follow(name, sql);
    }

    @Override
    public boolean keepsSnapshots() {
        return true;
    }

    @Override
    public void freshen(ReadRule ownWrites) throws SQLException {
        ReadPermit ignored = gate.permit(ownWrites, null);
        replica.forget();
    }

    @Override
    public void interrupt() {
        lanes.interrupt();
    }

    @Override
    public void close() throws SQLException {
        try (hold) {
            lanes.close();
        } catch (IOException e) {
            throw new SQLException("the replica file did not close in good order: " + e.getMessage(), e);
        }
    }
}
