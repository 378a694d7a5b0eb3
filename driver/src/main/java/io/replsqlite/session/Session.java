package io.replsqlite.session;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.LastRoute;
import io.replsqlite.api.OnStale;
import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.api.ReplicaStatus;
import io.replsqlite.api.Token;
import io.replsqlite.api.TransactionMode;
import io.replsqlite.api.WriteOutcome;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.config.ReadRule;
import io.replsqlite.forward.Delivered;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.forward.Reply;
import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.route.Classification;
import io.replsqlite.route.ReadHint;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The state machine behind one JDBC connection. */
public final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());
    private static final String ON_SNAPSHOT = "reads; the transaction keeps the snapshot that its first read took";

    private final DriverConfig config;
    private final MonotonicClock clock;
    private final Seen seen = new Seen();
    private final ReadSide side;
    private final ConnectionCounters counters = new ConnectionCounters();
    private final PrimaryClient primary;
    private final UUID databaseId;
    private final Map<String, String> settings;
    private final Transactions transactions;

    /** The request or transaction that runs at the primary now, for {@link #cancel}. */
    private volatile @Nullable Runnable running;

    private @Nullable ResultPages lastPages;
    private final LostRequests lostRequests = new LostRequests();

    private ReadRule rule;
    private TransactionMode transactionMode;
    private Duration networkTimeout = Duration.ZERO;
    private RouteNote last = new RouteNote();

    private Session(DriverConfig config, Entrance entrance, MonotonicClock clock) throws SQLException {
        this.config = config;
        this.clock = clock;
        this.settings = new HashMap<>(config.sessionSettings());
        this.rule = config.read();
        this.transactionMode = config.transactionMode();
        this.primary = entrance.primary();
        this.side = entrance.side(seen, counters);
        this.databaseId = side.databaseId();
        this.transactions = new Transactions(
                () -> new RemoteTransaction(primary, config, () -> Map.copyOf(settings), this::knownEpoch, clock),
                this::wrote,
                this::committedAfterAll,
                () -> settings.remove("defer_foreign_keys")); // as SQLite does at the end of a transaction
    }

    private Epoch knownEpoch() {
        return new Epoch(Math.max(seen.epoch(), side.epoch()));
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

    /** A PRAGMA that holds on both sides has run on the main local connection. */
    public void remember(String name, String value, String sql) throws SQLException {
        settings.put(name, value);
        side.follow(name, sql);
    }

    /**
     * Runs statements at the primary.
     *
     * @param limit how long it may take at most, besides writeTimeout; zero: no other limit
     * @throws SQLException what sqlite-jdbc would throw, or why the primary did not run it
     */
    public ExecuteResponse atPrimary(
            ExecuteRequest.Kind kind,
            List<ExecuteRequest.Statement> statements,
            long maxRows,
            Duration limit,
            String why,
            RouteNote note)
            throws SQLException {
        Duration timeout = timeout(limit);
        ExecuteRequest request = new ExecuteRequest(
                RequestId.random(),
                config.databaseName(),
                kind,
                statements,
                maxRows,
                true,
                Map.copyOf(settings),
                knownEpoch(),
                1,
                new Txid(knownTxid()),
                true,
                timeout.toMillis());
        ExecuteResponse response;
        try {
            response = run(request, Deadline.after(timeout, clock));
        } catch (SQLTransientConnectionException noPrimary) {
            throw new SQLTransientConnectionException(
                    noPrimary.getMessage() + "; it went there because it " + why, noPrimary.getSQLState(), noPrimary);
        } catch (SQLException failedThere) {
            note.primary(why, 0);
            last = note;
            throw failedThere;
        }
        note.primary(why, response.txid().value());
        last = note;
        if (kind == ExecuteRequest.Kind.READ) {
            saw(response);
        } else {
            wrote(response);
            count(response);
        }
        return response;
    }

    private ExecuteResponse run(ExecuteRequest request, Deadline deadline) throws SQLException {
        RemoteTransaction transaction = transactions.current();
        running = transaction != null ? transaction::cancel : () -> primary.cancel(request.database(), request.id());
        try {
            if (transaction != null) {
                transactions.moveToPrimary(transaction, deadline);
                lastPages = transaction;
                return transaction.execute(request, deadline);
            }
            return answer(request, deadline);
        } finally {
            running = null;
        }
    }

    private ExecuteResponse answer(ExecuteRequest request, Deadline deadline) throws SQLException {
        try {
            Delivered delivered = primary.execute(request, deadline);
            if (delivered.reply() instanceof Reply.Done<ExecuteResponse> done) {
                lastPages = new ReadPages(primary, delivered.nodeUrl(), request.id(), config, clock);
                return done.answer();
            }
            throw PrimaryErrors.toException(((Reply.Refused<ExecuteResponse>) delivered.reply()).error(), request.id());
        } catch (OutcomeUnknownException unknown) {
            lostRequests.lost(request.id(), request.since());
            throw unknown;
        }
    }

    /** Where the rest of the last answer's rows is, if it has more. */
    public @Nullable ResultPages lastPages() {
        return lastPages;
    }

    /** Interrupts what runs at the primary, if anything does. From any thread. @return whether something did */
    public boolean cancel() {
        Runnable interruption = running;
        if (interruption == null) {
            return false;
        }
        interruption.run();
        return true;
    }

    /** Whatever is written from now on comes after this. */
    private long knownTxid() {
        return Math.max(seen.txid(), side.appliedTxid());
    }

    /** Asks the primary what became of a write whose answer was lost. */
    public WriteOutcome outcome(RequestId id) throws SQLException {
        OutcomeQuestion question = new OutcomeQuestion(id, lostRequests.sentAfter(id));
        Deadline deadline = Deadline.after(config.writeTimeout(), clock);
        Reply<OutcomeAnswer> reply = primary.outcome(config.databaseName(), question, deadline);
        if (reply instanceof Reply.Refused<OutcomeAnswer> refused) {
            throw PrimaryErrors.toException(refused.error(), id);
        }
        OutcomeAnswer answer = ((Reply.Done<OutcomeAnswer>) reply).answer();
        return switch (answer.state()) {
            case COMMITTED -> committed(answer);
            case NOT_COMMITTED -> new WriteOutcome(WriteOutcome.State.NOT_COMMITTED, null);
            case UNKNOWN -> new WriteOutcome(WriteOutcome.State.UNKNOWN, null);
        };
    }

    /** Whether the COMMIT whose answer was lost has happened, as the primary that can be reached now knows it. */
    private boolean committedAfterAll(OutcomeUnknownException unknown) throws SQLException {
        RequestId id = RequestId.parse(unknown.requestId());
        lostRequests.lost(id, new Txid(knownTxid()));
        try {
            return switch (outcome(id).state()) {
                case COMMITTED -> true;
                case NOT_COMMITTED -> false;
                case UNKNOWN -> throw unknown;
            };
        } catch (SQLTransientConnectionException nobodyToAsk) {
            unknown.addSuppressed(nobodyToAsk);
            throw unknown;
        }
    }

    private WriteOutcome committed(OutcomeAnswer answer) {
        seen.saw(answer.epoch().value(), answer.txid().value());
        side.wrote(answer.epoch().value(), answer.txid().value());
        return new WriteOutcome(WriteOutcome.State.COMMITTED, new Token(databaseId, answer.epoch(), answer.txid()));
    }

    private Duration timeout(Duration limit) {
        return shorter(shorter(config.writeTimeout(), limit), networkTimeout);
    }

    private void saw(ExecuteResponse response) {
        seen.saw(response.epoch().value(), response.txid().value());
    }

    private void wrote(ExecuteResponse response) {
        saw(response);
        if (!transactions.isActive()) {
            side.wrote(response.epoch().value(), response.txid().value());
        }
    }

    /** Zero says nothing. */
    private static Duration shorter(Duration one, Duration other) {
        return other.isZero() || other.compareTo(one) > 0 ? one : other;
    }

    public void setNetworkTimeout(Duration timeout) {
        networkTimeout = timeout;
    }

    /** What the functions of the same names say from now on. */
    private void count(ExecuteResponse response) {
        List<Long> counts = response.counts();
        long changes = counts.isEmpty() ? 0 : counts.get(counts.size() - 1);
        counters.wrote(changes, response.totalChanges());
        if (response.insertedKeys() || response.lastRowid() != 0) {
            counters.inserted(response.lastRowid());
        }
    }

    public Token token() {
        return new Token(databaseId, new Epoch(seen.epoch()), new Txid(seen.txid()));
    }

    /** What follows on this connection has nothing to do with what came before. */
    public void forgetSeen() {
        seen.forget();
    }

    public void adopt(Token token) throws SQLException {
        if (!token.databaseId().equals(databaseId)) {
            throw new SQLException("the token is of database " + token.databaseId() + ", this is " + databaseId);
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
        try {
            return primary.head(config.databaseName(), knownEpoch(), Deadline.after(within, clock))
                    instanceof Reply.Done<HeadResponse>;
        } catch (SQLException nobody) {
            LOG.log(System.Logger.Level.DEBUG, "no primary is reachable", nobody);
            return false;
        }
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
