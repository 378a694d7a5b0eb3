package io.replsqlite.session;

import io.replsqlite.api.ReplicaStatus;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.config.ReadRule;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.forward.Reply;
import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.local.LocalConnection;
import io.replsqlite.route.Classification;
import io.replsqlite.route.StatementClassifier;
import io.replsqlite.session.SchemaMirror.SchemaObject;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * No replica: everything that looks at the database runs at the primary. What sqlite-jdbc does here without it
 * (converting parameters, describing tables) it does on a mirror of the schema.
 */
final class RemoteSide implements ReadSide {
    /** How old the mirror may be when somebody looks at the metadata. */
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final DriverConfig config;
    private final PrimaryClient primary;
    private final Seen seen;
    private final MonotonicClock clock;
    private final LocalLane lane;
    private final SchemaMirror mirror;
    private final RemoteClassifier classifier;
    private final HeadResponse head;

    private long mirroredVersion = -1;
    private long lookedAtNanos;
    private long lookedAtTxid;

    private RemoteSide(
            DriverConfig config,
            PrimaryClient primary,
            Seen seen,
            LocalConnection connection,
            HeadResponse head,
            MonotonicClock clock) {
        this.config = config;
        this.primary = primary;
        this.seen = seen;
        this.clock = clock;
        this.head = head;
        this.lane = new LocalLane(connection);
        this.mirror = new SchemaMirror(connection);
        this.classifier = new RemoteClassifier(new StatementClassifier(connection), this::lookAgain);
    }

    /** Asks the primary for what a connection needs to know, so that a wrong URL is found out here. */
    static RemoteSide open(
            DriverConfig config, PrimaryClient primary, Seen seen, ConnectionCounters counters, MonotonicClock clock)
            throws SQLException {
        Deadline deadline = Deadline.after(config.connectTimeout(), clock);
        HeadResponse head = answered(primary.head(config.databaseName(), Epoch.NONE, deadline));
        Properties pragmas = new Properties();
        pragmas.putAll(config.pragmas());
        LocalConnection connection = LocalConnection.inMemory(config.reportedUrl(), pragmas, counters);
        try {
            RemoteSide side = new RemoteSide(config, primary, seen, connection, head, clock);
            boolean ignored = side.mirrorAnew(deadline);
            return side;
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
    }

    private static <T> T answered(Reply<T> reply) throws SQLException {
        if (reply instanceof Reply.Refused<T> refused) {
            throw PrimaryErrors.toException(refused.error());
        }
        return ((Reply.Done<T>) reply).answer();
    }

    /** Looks whenever it is asked: a read that does not compile here would have to wait for the primary's writer. */
    private boolean lookAgain() throws SQLException {
        return mirrorAnew(Deadline.after(config.writeTimeout(), clock));
    }

    /** The version is asked first: a change in between is found the next time. */
    private boolean mirrorAnew(Deadline deadline) throws SQLException {
        lookedAtNanos = clock.nanoTime();
        lookedAtTxid = seen.txid();
        long version = (Long) rows("PRAGMA schema_version", deadline).get(0).get(0);
        if (version == mirroredVersion) {
            return false;
        }
        mirror.show(rows(SchemaMirror.QUERY, deadline).stream()
                .map(row -> new SchemaObject(
                        String.valueOf(row.get(0)), String.valueOf(row.get(1)), String.valueOf(row.get(2))))
                .toList());
        mirroredVersion = version;
        return true;
    }

    private List<List<@Nullable Object>> rows(String sql, Deadline deadline) throws SQLException {
        ExecuteRequest request = new ExecuteRequest(
                RequestId.random(),
                config.databaseName(),
                ExecuteRequest.Kind.READ,
                List.of(ExecuteRequest.Statement.of(sql)),
                0,
                false,
                Map.of(),
                head.epoch(),
                1,
                Txid.ZERO);
        ExecuteResponse response = answered(primary.execute(request, deadline).reply());
        if (response.rows() == null) {
            throw new SQLException("the primary answered without rows: " + sql);
        }
        return response.rows().values();
    }

    @Override
    public UUID databaseId() {
        return head.databaseId();
    }

    /** Whatever is read is read where it was written. */
    @Override
    public void wrote(long epoch, long txid) {}

    /** All that is known here without asking: what was seen last. */
    @Override
    public ReplicaStatus status() {
        Txid known = new Txid(Math.max(seen.txid(), head.txid().value()));
        Epoch epoch = new Epoch(Math.max(seen.epoch(), head.epoch().value()));
        return new ReplicaStatus(
                "", ReplicaStatus.Role.REMOTE, "no replica", false, epoch, known, known, null, null, "");
    }

    @Override
    public long epoch() {
        return head.epoch().value();
    }

    @Override
    public long appliedTxid() {
        return head.txid().value();
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
        return lane;
    }

    /** The primary meets every level. */
    @Override
    public ReadPermit permit(ReadRule rule, @Nullable Deadline limit) {
        return ReadPermit.WITHOUT_REPLICA;
    }

    @Override
    public @Nullable ReadPermit settle(@Nullable Deadline limit, boolean mayMove) {
        return null; // nothing of the database is read here
    }

    @Override
    public LocalLane laneForRead(String why, RouteNote note) {
        note.local(why, seen.txid(), 0, clock.nanoTime());
        return lane;
    }

    @Override
    public long shownEpoch() {
        return seen.epoch();
    }

    @Override
    public void follow(String name, String sql) {
        // There is one lane only.
    }

    @Override
    public boolean keepsSnapshots() {
        return false;
    }

    @Override
    public void freshen(ReadRule ownWrites) throws SQLException {
        if (seen.txid() != lookedAtTxid || clock.nanoTime() - lookedAtNanos >= LOOK_NANOS) {
            boolean ignored = lookAgain();
        }
    }

    @Override
    public void interrupt() {
        lane.connection().interrupt();
    }

    @Override
    public void close() throws SQLException {
        lane.connection().close();
    }
}
