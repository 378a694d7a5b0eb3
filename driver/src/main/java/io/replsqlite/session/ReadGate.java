package io.replsqlite.session;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.LostWriteException;
import io.replsqlite.api.OnStale;
import io.replsqlite.api.Token;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.config.ReadRule;
import io.replsqlite.wire.HeadResponse;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whether a read may run locally now: the replica is usable, shows what the read must see, and is fresh enough. If not,
 * waits for it and then decides by policy.
 */
final class ReadGate {
    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;
    private static final long NEVER = Long.MIN_VALUE;

    private final UUID databaseId;
    private final ReplicaView replica;
    private final Seen seen;
    private final WrittenHere writtenHere;
    private final Heads heads;
    private final Duration longestStatement;
    private final MonotonicClock clock;

    // What the read that was permitted last must see; the lane for it is chosen by this.
    private long requiredTxid;
    private long oldestNanos = Long.MAX_VALUE;
    private long probedAtNanos = NEVER;
    private ReadRule permitted;

    ReadGate(
            UUID databaseId,
            ReplicaView replica,
            Seen seen,
            WrittenHere writtenHere,
            Heads heads,
            DriverConfig config,
            MonotonicClock clock) {
        this.databaseId = databaseId;
        this.replica = replica;
        this.seen = seen;
        this.writtenHere = writtenHere;
        this.heads = heads;
        this.longestStatement = config.writeTimeout();
        this.permitted = config.read(); // also for what looks at the database without passing here
        this.clock = clock;
    }

    /**
     * @param limit when the statement must be over; null if nothing says so
     * @throws SQLTransientConnectionException 58R01 if the rule cannot be met and its policy is to fail
     * @throws LostWriteException if something that this session has seen was lost
     */
    ReadPermit permit(ReadRule rule, @Nullable Deadline limit) throws SQLException {
        requiredTxid = 0;
        oldestNanos = Long.MAX_VALUE;
        probedAtNanos = NEVER;
        permitted = rule;
        replica.forget();
        if (rule.consistency() == Consistency.PRIMARY) {
            return ReadPermit.AT_PRIMARY;
        }
        if (rule.consistency() == Consistency.LINEARIZABLE) {
            return linearizable(rule, limit);
        }
        if (isOpen(rule) || (mayOpen(rule) && await(rule, Deadline.after(waitFor(rule, limit), clock)))) {
            return opened(rule);
        }
        return closed(rule, whyClosed(rule), null);
    }

    private ReadPermit opened(ReadRule rule) {
        Duration bound = rule.freshness();
        if (rule.consistency() == Consistency.EVENTUAL) {
            return ReadPermit.EVENTUAL;
        }
        oldestNanos = bound == null ? Long.MAX_VALUE : bound.toNanos();
        if (rule.consistency() == Consistency.BOUNDED) {
            return ReadPermit.BOUNDED;
        }
        WrittenHere.Position written = writtenHere.newest();
        boolean sameHistory = written.epoch() == replica.shown().epoch();
        requiredTxid = sameHistory ? Math.max(seen.txid(), written.txid()) : seen.txid();
        return ReadPermit.SESSION;
    }

    private boolean isOpen(ReadRule rule) throws LostWriteException {
        if (!replica.isReadable() || hidesItsTail()) {
            return false;
        }
        return switch (rule.consistency()) {
            case EVENTUAL -> true;
            case BOUNDED -> replica.isFresh(rule);
            case SESSION -> showsSeen() && showsWrittenHere() && replica.isFresh(rule);
            case LINEARIZABLE -> replica.look() && replica.shows(heads.epoch(), heads.txid());
            case PRIMARY -> false;
        };
    }

    /**
     * A file that was recovered may end in commits that no primary has confirmed. On the primary itself something is on its
     * way nearly always: there the read looks when it has its snapshot.
     */
    private boolean hidesItsTail() {
        return !replica.showsOnlyCommitted() && !replica.isLeading();
    }

    /**
     * The read that was permitted last has its snapshot: waits until all that it can show is committed.
     *
     * @param overtaken whether another epoch began since before the snapshot was taken: then nobody vouches for it
     * @param mayMove whether it can run at the primary instead
     * @return null if it is; else where the policy lets it run: here all the same, or at the primary
     * @throws SQLTransientConnectionException 58R01 if it must not be shown
     */
    @Nullable
    ReadPermit settle(@Nullable Deadline limit, boolean overtaken, boolean mayMove) throws SQLException {
        long visible = replica.visibleTxid();
        long epoch = replica.epoch();
        ReadRule rule = permitted;
        Deadline deadline = Deadline.after(waitFor(rule, limit), clock);
        boolean committed = parkUntil(() -> replica.isCommitted(visible), deadline);
        if (committed && !overtaken && replica.epoch() == epoch) {
            return null;
        }
        String why = committed
                ? "another node became the primary while the read waited for what it saw to be committed"
                : "not all that the replica shows is committed: its node has not heard so from enough voters";
        if (rule.onStale() == OnStale.PRIMARY && !mayMove) {
            throw notMet(why, null);
        }
        return closed(rule, why, null);
    }

    /** Looking is seeing: a later epoch than the session's puts what it has seen so far in doubt. */
    private boolean showsSeen() throws LostWriteException {
        if (!replica.look()) {
            return false;
        }
        if (DeliberateBug.SESSION_IGNORED.isMade()) {
            return true;
        }
        if (replica.shown().epoch() > seen.epoch()) {
            seen.saw(replica.shown().epoch(), replica.shown().txid());
        }
        return replica.shows(seen.epoch(), seen.txid()) && (seen.isProven() || prove());
    }

    private boolean showsWrittenHere() {
        return DeliberateBug.SESSION_IGNORED.isMade()
                || writtenHere
                        .newest()
                        .isShownBy(replica.shown().epoch(), replica.shown().txid());
    }

    private boolean prove() throws LostWriteException {
        Map.Entry<Epoch, Txid> lost = seen.prove(heads.historyUpTo(seen.epoch()));
        if (lost != null) {
            throw new LostWriteException(new Token(databaseId, lost.getKey(), lost.getValue()));
        }
        return seen.isProven();
    }

    private boolean mayOpen(ReadRule rule) {
        return rule.consistency() == Consistency.EVENTUAL || replica.canGetFresh(rule.freshness());
    }

    /** Where the primary serves what the replica cannot, half of the statement's time is left for it. */
    private Duration waitFor(ReadRule rule, @Nullable Deadline limit) {
        Duration statement = limit == null ? longestStatement : Duration.ofNanos(Math.max(0, limit.remainingNanos()));
        if (rule.onStale() == OnStale.WAIT) {
            return statement;
        }
        Duration atMost = rule.onStale() == OnStale.PRIMARY && limit != null ? statement.dividedBy(2) : statement;
        return atMost.compareTo(rule.readTimeout()) < 0 ? atMost : rule.readTimeout();
    }

    private interface Condition {
        boolean holds() throws LostWriteException;
    }

    private boolean await(ReadRule rule, Deadline deadline) throws LostWriteException {
        return parkUntil(() -> isOpen(rule), deadline);
    }

    /** Parked: the node is another process and cannot wake anybody here. */
    private boolean parkUntil(Condition condition, Deadline deadline) throws LostWriteException {
        long pauseNanos = FIRST_PAUSE_NANOS;
        while (!condition.holds()) {
            long leftNanos = deadline.remainingNanos();
            if (leftNanos <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(leftNanos, pauseNanos));
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    /** One probe to the primary, which must have left after the read began; then the replica has to get there. */
    private ReadPermit linearizable(ReadRule rule, @Nullable Deadline limit) throws SQLException {
        if (replica.isLeading()) {
            return ReadPermit.AT_OWN_WRITER;
        }
        Deadline deadline = Deadline.after(waitFor(rule, limit), clock);
        long sentAtNanos = clock.nanoTime();
        HeadResponse head;
        try {
            head = heads.probe(seen.epoch(), deadline);
        } catch (SQLTransientConnectionException noPrimary) {
            return closed(rule, String.valueOf(noPrimary.getMessage()), noPrimary);
        }
        if (!await(rule, deadline)) {
            String why = "the primary is at transaction " + head.txid().value() + ", the replica shows "
                    + replica.shown().txid();
            return closed(rule, why, null);
        }
        requiredTxid = head.txid().value();
        probedAtNanos = sentAtNanos;
        return ReadPermit.LINEARIZABLE;
    }

    private ReadPermit closed(ReadRule rule, String why, @Nullable Exception cause) throws SQLException {
        return switch (rule.onStale()) {
            case PRIMARY -> ReadPermit.primary("reads; " + rule.consistency() + ": " + why);
            case STALE -> stale(why, cause);
            case FAIL, WAIT -> throw notMet(why, cause);
        };
    }

    private ReadPermit stale(String why, @Nullable Exception cause) throws SQLException {
        if (!replica.isReadable()) {
            throw notMet(why, cause);
        }
        return ReadPermit.stale(why);
    }

    private static SQLException notMet(String why, @Nullable Exception cause) {
        return new SQLTransientConnectionException(
                why + ": nothing was read; trying again may help, and onStale says what else may be done",
                "58R01",
                cause);
    }

    private String whyClosed(ReadRule rule) {
        if (!replica.isReadable()) {
            return "the replica is not usable";
        }
        if (hidesItsTail()) {
            return "the replica ends in commits of which no primary has said yet that they are committed";
        }
        if (rule.consistency() == Consistency.SESSION) {
            if (!replica.look() || !replica.shows(seen.epoch(), seen.txid())) {
                return "the replica shows transaction " + replica.shown().txid() + " of epoch "
                        + replica.shown().epoch() + ", the read must see " + seen.txid() + " of epoch " + seen.epoch();
            }
            if (!showsWrittenHere()) {
                return "the replica shows transaction " + replica.shown().txid() + " of epoch "
                        + replica.shown().epoch() + ", this process has written up to " + writtenHere.newest();
            }
            if (!seen.isProven()) {
                return "nobody can tell whether what this session saw in an older epoch has survived: "
                        + heads.whyNoHistory();
            }
        }
        return replica.whyNotFresh(rule.freshness());
    }

    /** What the lane for the permitted read must show. */
    long requiredTxid() {
        return requiredTxid;
    }

    /** How old, at most, the snapshot of the lane for the permitted read may be. */
    long oldestNanos() {
        return oldestNanos;
    }

    /** How old, at most, what the permitted read sees is; -1 if that is not known. */
    long ageNanos() {
        long ageNanos = replica.ageNanos();
        return probedAtNanos == NEVER ? ageNanos : replica.measuredAtNanos() - probedAtNanos;
    }
}
