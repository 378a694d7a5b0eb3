package io.replsqlite.session;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.api.Token;
import io.replsqlite.api.WriteOutcome;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.forward.Delivered;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.forward.Reply;
import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.route.CounterFunctions;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session does at the primary: requests, the transaction that it is in, and finding out what became of what got no
 * answer. What it has written, its reads here must see.
 */
final class PrimarySide {
    private static final System.Logger LOG = System.getLogger(PrimarySide.class.getName());

    private final DriverConfig config;
    private final PrimaryClient client;
    private final ReadSide readSide;
    private final Seen seen;
    private final ConnectionCounters counters;
    private final MonotonicClock clock;
    private final Map<String, String> settings;
    private final Transactions transactions;
    private final LostRequests lostRequests = new LostRequests();

    /** The request or transaction that runs there now, for {@link #cancel}. */
    private volatile @Nullable Runnable running;

    private @Nullable ResultPages lastPages;
    private Duration networkTimeout = Duration.ZERO;

    /** @param durability what a COMMIT asks for */
    PrimarySide(
            DriverConfig config,
            PrimaryClient client,
            ReadSide readSide,
            Seen seen,
            ConnectionCounters counters,
            Supplier<Durability> durability,
            MonotonicClock clock) {
        this.config = config;
        this.client = client;
        this.readSide = readSide;
        this.seen = seen;
        this.counters = counters;
        this.clock = clock;
        this.settings = new HashMap<>(config.sessionSettings());
        this.transactions = new Transactions(
                () -> new RemoteTransaction(
                        client, config, () -> Map.copyOf(settings), this::knownEpoch, durability, clock),
                this::wrote,
                new AskedOfWhoeverLeads(),
                () -> settings.remove("defer_foreign_keys")); // as SQLite does at the end of a transaction
    }

    Transactions transactions() {
        return transactions;
    }

    void setNetworkTimeout(Duration timeout) {
        networkTimeout = timeout;
    }

    /** A PRAGMA that every later request carries. */
    void remember(String name, String value) {
        settings.put(name, value);
    }

    private Epoch knownEpoch() {
        return new Epoch(Math.max(seen.epoch(), readSide.epoch()));
    }

    /** Whatever is written from now on comes after this. */
    private long knownTxid() {
        return Math.max(seen.txid(), readSide.appliedTxid());
    }

    /** @throws SQLException what sqlite-jdbc would throw, or why the primary did not run it */
    ExecuteResponse run(Forward forward) throws SQLException {
        Duration timeout = shorter(shorter(config.writeTimeout(), forward.limit()), networkTimeout);
        ExecuteResponse response = run(request(forward, timeout), Deadline.after(timeout, clock));
        if (forward.isRead()) {
            seen.saw(response.epoch().value(), response.txid().value());
        } else {
            wrote(response);
            count(response);
        }
        return response;
    }

    private ExecuteRequest request(Forward forward, Duration timeout) {
        return new ExecuteRequest(
                RequestId.random(),
                config.databaseName(),
                forward.kind(),
                forward.statements(),
                forward.maxRows(),
                forward.generatedKeys(),
                Map.copyOf(settings),
                knownEpoch(),
                1,
                new Txid(knownTxid()),
                true,
                timeout.toMillis(),
                forward.durability(),
                counters(forward.statements()));
    }

    private ExecuteRequest.@Nullable Counters counters(List<ExecuteRequest.Statement> statements) {
        for (ExecuteRequest.Statement statement : statements) {
            if (CounterFunctions.areCalledIn(statement.sql())) {
                return new ExecuteRequest.Counters(
                        counters.lastInsertRowid(), counters.changes(), counters.totalChanges());
            }
        }
        return null;
    }

    private ExecuteResponse run(ExecuteRequest request, Deadline deadline) throws SQLException {
        RemoteTransaction transaction = transactions.current();
        running = transaction != null ? transaction::cancel : () -> client.cancel(request.database(), request.id());
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
            Delivered delivered = client.execute(request, deadline);
            if (delivered.reply() instanceof Reply.Done<ExecuteResponse> done) {
                lastPages = new ReadPages(client, delivered.nodeUrl(), request.id(), config, clock);
                return done.answer();
            }
            throw PrimaryErrors.toException(((Reply.Refused<ExecuteResponse>) delivered.reply()).error(), request.id());
        } catch (OutcomeUnknownException unknown) {
            lostRequests.lost(request.id(), request.since());
            throw unknown;
        }
    }

    /** Where the rest of the last answer's rows is, if it has more. */
    @Nullable
    ResultPages lastPages() {
        return lastPages;
    }

    /** Interrupts what runs there, if anything does. From any thread. @return whether something did */
    boolean cancel() {
        Runnable interruption = running;
        if (interruption == null) {
            return false;
        }
        interruption.run();
        return true;
    }

    /** What became of a write whose answer was lost. */
    WriteOutcome outcome(RequestId id) throws SQLException {
        OutcomeQuestion question = new OutcomeQuestion(id, lostRequests.sentAfter(id));
        Deadline deadline = Deadline.after(config.writeTimeout(), clock);
        Reply<OutcomeAnswer> reply = client.outcome(config.databaseName(), question, deadline);
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

    private WriteOutcome committed(OutcomeAnswer answer) {
        seen.saw(answer.epoch().value(), answer.txid().value());
        readSide.wrote(answer.epoch().value(), answer.txid().value());
        Token token = new Token(readSide.databaseId(), answer.epoch(), answer.txid());
        return new WriteOutcome(WriteOutcome.State.COMMITTED, token);
    }

    /** A COMMIT whose answer was lost, as the primary that can be reached now knows it. */
    private final class AskedOfWhoeverLeads implements Transactions.LostCommit {
        @Override
        public Txid knownBefore() {
            return new Txid(knownTxid());
        }

        @Override
        public boolean hasHappened(OutcomeUnknownException unknown, Txid sentAfter) throws OutcomeUnknownException {
            RequestId id = RequestId.parse(unknown.requestId());
            lostRequests.lost(id, sentAfter);
            WriteOutcome.State found;
            try {
                found = outcome(id).state();
            } catch (SQLException nobodyTells) { // also who refuses to tell: it may have happened all the same
                unknown.addSuppressed(nobodyTells);
                throw unknown;
            }
            return switch (found) {
                case COMMITTED -> true;
                case NOT_COMMITTED -> false;
                case UNKNOWN -> throw unknown;
            };
        }
    }

    /** Zero says nothing. */
    private static Duration shorter(Duration one, Duration other) {
        return other.isZero() || other.compareTo(one) > 0 ? one : other;
    }

    private void wrote(ExecuteResponse response) {
        seen.saw(response.epoch().value(), response.txid().value());
        if (!transactions.isActive()) {
            readSide.wrote(response.epoch().value(), response.txid().value());
        }
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

    /** Whether a primary says where it stands, which it only does while nobody else can be the primary. */
    boolean isReachable(Duration within) {
        try {
            return client.head(config.databaseName(), knownEpoch(), Deadline.after(within, clock))
                    instanceof Reply.Done<HeadResponse>;
        } catch (SQLException nobody) {
            LOG.log(System.Logger.Level.DEBUG, "no primary is reachable", nobody);
            return false;
        }
    }
}
