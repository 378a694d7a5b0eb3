package io.replsqlite.session;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.LastRoute;
import io.replsqlite.api.OnStale;
import io.replsqlite.api.ReplicaStatus;
import io.replsqlite.api.Token;
import io.replsqlite.api.TransactionMode;
import io.replsqlite.api.WriteOutcome;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.config.ReadRule;
import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.route.Classification;
import io.replsqlite.route.ReadHint;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The state machine behind one JDBC connection. */
public final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());
    private static final String ON_SNAPSHOT = "reads; the transaction keeps the snapshot that its first read took";

    private final DriverConfig config;
    private final MonotonicClock clock;
    private final Seen seen = new Seen();
    private final ReadSide side;
    private final PrimarySide primary;
    private final Transactions transactions;
    private ReadRule rule;
    private TransactionMode transactionMode;
    private Durability durability;
    private RouteNote last = new RouteNote();

    private Session(DriverConfig config, Entrance entrance, MonotonicClock clock) throws SQLException {
        this.config = config;
        this.clock = clock;
        this.rule = config.read();
        this.transactionMode = config.transactionMode();
        this.durability = config.durability();
        ConnectionCounters counters = new ConnectionCounters();
        this.side = entrance.side(seen, counters);
        this.primary = new PrimarySide(config, entrance.primary(), side, seen, counters, this::durability, clock);
        this.transactions = primary.transactions();
    }

    /** The transaction that this connection is in. */
    public Transactions transactions() {
        return transactions;
    }

    /** Nobody is called. One that only reads keeps to one local snapshot if the gate lets its first read through. */
    public void begin(boolean readOnly) throws SQLException {
        boolean mayUpgrade = !readOnly && transactionMode == TransactionMode.UPGRADE;
        boolean mayBeginHere = side.keepsSnapshots() && (readOnly || mayUpgrade);
        transactions.begin(
                mayBeginHere ? new LocalPhase(side.mainLane(), mayUpgrade ? new RecordedReads() : null) : null);
    }

    /**
     * @param user keeps an embedded node running; see {@link io.replsqlite.embed.EmbeddedNodes}
     * @throws SQLTransientConnectionException 58R01 if the replica is not usable within connectTimeout, 08001 if no node
     *     could be reached in it
     */
    public static Session open(DriverConfig config, Object user, MonotonicClock clock) throws SQLException {
        return new Session(config, Entrance.open(config, user, clock), clock);
    }

    /**
     * The metadata of {@link #mainLane} is about to be read: waits until they show what this session has written and seen,
     * at most for readTimeout. Descriptions of the schema are only to be had here, so in the end they are those of what is
     * here.
     */
    public void freshenMetadata() throws SQLException {
        side.freshen(rule.with(Consistency.SESSION).with((Duration) null).with(OnStale.STALE));
    }

    public Classification classify(String sql) throws SQLException {
        return side.classify(sql);
    }

    /** As {@link #classify}, of a text that does not compile here although it did when it was classified. */
    public Classification classifyAnew(String sql) throws SQLException {
        side.forgetClassification(sql);
        return side.classify(sql);
    }

    /** The local connection that metadata, temporary tables and parameters live on. */
    public LocalLane mainLane() {
        return side.mainLane();
    }

    /** What reads must see unless they say otherwise themselves. */
    public ReadRule readRule() {
        return rule;
    }

    public void setReadRule(ReadRule newRule) {
        rule = newRule;
    }

    /** Where read-write transactions begin. */
    public TransactionMode transactionMode() {
        return transactionMode;
    }

    /** Counts for those that begin from now on. */
    public void setTransactionMode(TransactionMode mode) {
        transactionMode = mode;
    }

    /** What writes and COMMITs ask for unless a statement says otherwise. */
    public Durability durability() {
        return durability;
    }

    public void setDurability(Durability newDurability) {
        durability = newDurability;
    }

    /** What a write with this hint asks for. */
    public Durability durability(@Nullable ReadHint hint) {
        Durability said = hint == null ? null : hint.durability();
        return said == null ? durability : said;
    }

    /** What applies when a connection says nothing. */
    public DriverConfig configured() {
        return config;
    }

    /**
     * Waits until a local read would see what it must, or decides by policy.
     *
     * @param limit when the statement must be over; null if nothing says so
     */
    public ReadPermit permitRead(@Nullable ReadHint hint, @Nullable Deadline limit) throws SQLException {
        return side.permit(hint == null ? rule : hint.over(rule), limit);
    }

    /**
     * A local connection on which a read now sees what it must. Whatever it sees, later reads must see no less.
     *
     * @param note takes the route
     * @param sees whether it looks at the database, so that a transaction which may begin here takes its snapshot now
     */
    public LocalLane laneForRead(String why, RouteNote note, boolean sees) throws SQLException {
        LocalPhase.SnapshotMark snapshot = transactions.snapshot();
        if (snapshot != null) {
            note.local(ON_SNAPSHOT, snapshot.txid(), clock.nanoTime() - snapshot.asOfNanos(), snapshot.asOfNanos());
            last = note;
            return side.mainLane();
        }
        LocalLane lane = side.laneForRead(why, note);
        last = note;
        if (sees && transactions.mayTakeSnapshot() && side.mainLane().isFree()) {
            transactions.takeSnapshot(new LocalPhase.SnapshotMark(side.shownEpoch(), note.txid(), note.asOfNanos()));
            return side.mainLane();
        }
        return lane;
    }

    /**
     * A read has opened its snapshot here: waits until all that it can show is committed.
     *
     * @param mayMove whether it can run at the primary instead
     * @return null if it is; else what its policy lets become of it: shown all the same, or run at the primary, to which a
     *     transaction moves that has read nothing else
     * @throws SQLException 58R01 if it must not be shown
     */
    public @Nullable ReadPermit settle(@Nullable Deadline limit, boolean mayMove) throws SQLException {
        LocalPhase.Settled before = transactions.settled();
        if (before != null) {
            return before.permit();
        }
        ReadPermit permit;
        try {
            permit = side.settle(limit, mayMove);
        } catch (SQLException notMet) {
            transactions.leaveSnapshot();
            throw notMet;
        }
        if (permit != null && permit.place() == ReadPermit.Place.PRIMARY) {
            transactions.leaveSnapshot();
        } else {
            transactions.settled(permit);
        }
        return permit;
    }

    /** A PRAGMA that holds on both sides has run on the main local connection. */
    public void remember(String name, String value, String sql) throws SQLException {
        primary.remember(name, value);
        side.follow(name, sql);
    }

    /**
     * Runs statements at the primary.
     *
     * @param note takes the route
     * @throws SQLException what sqlite-jdbc would throw, or why the primary did not run it
     */
    public ExecuteResponse atPrimary(Forward forward, RouteNote note) throws SQLException {
        try {
            ExecuteResponse response = primary.run(forward);
            note.primary(forward.why(), response.txid().value());
            last = note;
            return response;
        } catch (SQLTransientConnectionException noPrimary) {
            throw new SQLTransientConnectionException(
                    noPrimary.getMessage() + "; it went there because it " + forward.why(),
                    noPrimary.getSQLState(),
                    noPrimary);
        } catch (SQLException failedThere) {
            note.primary(forward.why(), 0);
            last = note;
            throw failedThere;
        }
    }

    /** Where the rest of the last answer's rows is, if it has more. */
    public @Nullable ResultPages lastPages() {
        return primary.lastPages();
    }

    /** Interrupts what runs at the primary, if anything does. From any thread. @return whether something did */
    public boolean cancel() {
        return primary.cancel();
    }

    /** Asks the primary what became of a write whose answer was lost. */
    public WriteOutcome outcome(RequestId id) throws SQLException {
        return primary.outcome(id);
    }

    public void setNetworkTimeout(Duration timeout) {
        primary.setNetworkTimeout(timeout);
    }

    public Token token() {
        return new Token(side.databaseId(), new Epoch(seen.epoch()), new Txid(seen.txid()));
    }

    /** What follows on this connection has nothing to do with what came before. */
    public void forgetSeen() {
        seen.forget();
    }

    public void adopt(Token token) throws SQLException {
        if (!token.databaseId().equals(side.databaseId())) {
            throw new SQLException("the token is of database " + token.databaseId() + ", this is " + side.databaseId());
        }
        seen.saw(token.epoch().value(), token.txid().value());
    }

    public LastRoute lastRoute() {
        return last.toLastRoute();
    }

    public ReplicaStatus status() throws SQLException {
        return side.status();
    }

    /** Whether a primary says where it stands, which it only does while nobody else can be the primary. */
    public boolean isPrimaryReachable(Duration within) {
        return primary.isReachable(within);
    }

    public void close() throws SQLException {
        transactions.abandon();
        side.close();
    }

    /** From any thread: ends what runs locally, has an open transaction rolled back, and closes. */
    public void abort() {
        side.interrupt();
        transactions.abort();
        try {
            side.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "an aborted connection did not close in good order", e);
        }
    }
}
