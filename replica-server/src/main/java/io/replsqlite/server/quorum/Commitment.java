package io.replsqlite.server.quorum;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.config.DurabilitySettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is committed in one tenure, and who waits for it. Safe for any thread; waiters are called without the lock.
 *
 * <p>{@code committed} is always a position at which the log was synced here, so what is acknowledged, what followers apply
 * and what a probe is told are the same. With durability {@code local} it is the last one.
 */
public final class Commitment implements Committed {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** More places than these are forgotten but for the newest: then several rounds are committed as one. */
    private static final int MAX_PLACES = 1024;

    private final Epoch epoch;
    private final String ownName;
    private final DurabilitySettings settings;
    private final MonotonicClock clock;
    private final Consumer<Position> listener;
    private final PositionGate committedGate = new PositionGate(Txid.ZERO);
    private final PositionGate news = new PositionGate(Txid.ZERO);
    private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final VoterLogs voters;

    /** Synced here, not committed yet; oldest first. Only where the node's own durability waits for others. */
    @GuardedBy("lock")
    private final ArrayDeque<Position> synced = new ArrayDeque<>();

    @GuardedBy("lock")
    private final Map<Durability, Waiting> waiting = new EnumMap<>(Durability.class);

    @GuardedBy("lock")
    private @Nullable String ended;

    @GuardedBy("lock")
    private long durableHere = VoterLogs.NOTHING;

    /** Only woken, never advanced: when waiting writes have been answered. */
    private final PositionGate answered = new PositionGate(Txid.ZERO);

    private volatile @Nullable Position committed;

    /** @param listener is told every position that becomes committed; called under the lock, must not block */
    public Commitment(
            Epoch epoch,
            String ownName,
            DurabilitySettings settings,
            MonotonicClock clock,
            Consumer<Position> listener) {
        this.epoch = epoch;
        this.ownName = ownName;
        this.settings = settings;
        this.clock = clock;
        this.listener = listener;
        this.voters = new VoterLogs(settings.voters());
        waiting.put(Durability.QUORUM, new Waiting());
        waiting.put(Durability.ALL, new Waiting());
    }

    /** Whether this node shows and acknowledges nothing before other nodes have it. */
    @Override
    public boolean waitsForOthers() {
        return settings.atLeast() != Durability.LOCAL;
    }

    /** What a write gets that asks for this. */
    public Durability levelFor(Durability asked) {
        return settings.atLeast().or(asked);
    }

    /** Why a write that asks for this cannot get it; null if it can. */
    public @Nullable String whyImpossible(Durability asked) {
        return asked != Durability.LOCAL && settings.voters().isEmpty()
                ? "Durability " + asked + " was asked for, and this node knows no voters: set voters on every node."
                : null;
    }

    /** The highest position that is committed; null before anything of this epoch is. */
    public @Nullable Position committed() {
        return committed;
    }

    /** Follows {@link #committedTxid}. */
    public PositionGate committedGate() {
        return committedGate;
    }

    @Override
    public long committedTxid() {
        Position position = committed;
        return position == null ? 0 : position.txid().value();
    }

    /** Whether the record that begins this epoch is committed, and with it all that came before. */
    public boolean isOpen() {
        return committed != null;
    }

    /** Completed once {@link #isOpen}, with false if the tenure ended first. */
    public CompletableFuture<Boolean> opened() {
        return opened;
    }

    /** Counts whatever a follower must hear of: what is durable here, and what is committed. Not a txid. */
    @Override
    public PositionGate news() {
        return news;
    }

    private boolean hasEnded() {
        synchronized (lock) {
            return ended != null;
        }
    }

    /** Waits until everything up to here is committed. @return whether it is */
    public boolean await(Txid txid, Deadline deadline) throws InterruptedException {
        return hasEnded()
                ? isOpen() && committedTxid() >= txid.value()
                : committedGate.await(txid.value(), deadline) && isOpen();
    }

    /** Waits until every write that waits for voters is answered. @return whether that is so before the deadline */
    public boolean awaitNobodyWaiting(Deadline deadline) throws InterruptedException {
        while (somebodyWaits()) {
            if (deadline.hasPassed()) {
                return false;
            }
            boolean ignored = answered.await(Long.MAX_VALUE, Deadline.after(LOOK_AGAIN, clock));
        }
        return true;
    }

    private boolean somebodyWaits() {
        synchronized (lock) {
            return waiting.values().stream().anyMatch(waiters -> !waiters.isEmpty());
        }
    }

    /** Waits until {@link #isOpen}, at most until the deadline. */
    public void awaitOpen(Deadline deadline) throws InterruptedException {
        boolean ignored = isOpen() || committedGate.await(Long.MAX_VALUE, deadline);
    }

    /** The log is synced up to here. */
    public void durableHere(Position position) {
        if (settings.voters().isEmpty()) {
            commit(position);
            return;
        }
        List<Runnable> calls = new ArrayList<>(0);
        synchronized (lock) {
            durableHere = position.txid().value();
            voters.durable(ownName, durableHere);
            if (waitsForOthers()) {
                if (synced.size() >= MAX_PLACES) {
                    Position ignored = synced.removeLast();
                }
                synced.add(position);
            } else {
                commit(position);
            }
            advance(calls);
        }
        calls.forEach(Runnable::run);
    }

    /** What a follower says that its log holds durably. */
    public void acknowledged(String node, Epoch logEpoch, long durableTxid) {
        if (!logEpoch.equals(epoch) || settings.voters().isEmpty()) {
            return;
        }
        List<Runnable> calls = new ArrayList<>(0);
        synchronized (lock) {
            voters.durable(node, durableTxid);
            advance(calls);
        }
        calls.forEach(Runnable::run);
    }

    @GuardedBy("lock")
    private void advance(List<Runnable> calls) {
        if (ended != null) {
            return;
        }
        if (waitsForOthers()) {
            Position reached = null;
            long everywhere = reached(settings.atLeast());
            while (!synced.isEmpty() && synced.getFirst().txid().value() <= everywhere) {
                reached = synced.removeFirst();
            }
            if (reached != null) {
                commit(reached);
            }
            news.advance(news.currentValue() + 1);
        }
        waiting.forEach((level, waiters) -> {
            if (!waiters.isEmpty()) {
                waiters.takeReached(level == settings.atLeast() ? committedTxid() : reached(level), calls);
            }
        });
        if (!calls.isEmpty()) {
            calls.add(answered::wakeAll);
        }
    }

    @GuardedBy("lock")
    private long reached(Durability level) {
        return Math.min(durableHere, voters.reached(level));
    }

    private void commit(Position position) {
        boolean first = committed == null;
        committed = position;
        listener.accept(position);
        committedGate.advance(position.txid().value());
        if (first) {
            committedGate.wakeAll();
            boolean ignored = opened.complete(true);
        }
    }

    /**
     * Calls the waiter once everything up to {@code txid} has this durability, at once if it has. After commit-timeout, and
     * at the end of the tenure, it is told so.
     */
    public void whenReached(Durability level, Txid txid, CommitWaiter waiter) {
        String why;
        boolean reached;
        synchronized (lock) {
            why = ended;
            long upTo = level == settings.atLeast() ? committedTxid() : reached(level);
            reached = isOpen() && upTo >= txid.value();
            if (why == null && !reached) {
                waiting(level).add(txid.value(), Deadline.after(settings.commitTimeout(), clock), waiter);
            }
        }
        if (reached) {
            waiter.committed();
        } else if (why != null) {
            waiter.ended(why);
        }
    }

    @GuardedBy("lock")
    private Waiting waiting(Durability level) {
        Waiting found = waiting.get(level);
        if (found == null) {
            throw new IllegalArgumentException("nobody waits for " + level);
        }
        return found;
    }

    /** Tells those whose time is over; called at an interval. */
    public void expire() {
        if (settings.voters().isEmpty()) {
            return;
        }
        List<Runnable> calls = new ArrayList<>(0);
        synchronized (lock) {
            waiting.values().forEach(waiters -> waiters.takeLate(calls));
        }
        calls.forEach(Runnable::run);
    }

    /** The tenure is over: whatever arrives from now on commits nothing. */
    public void end(String why) {
        List<Runnable> calls = new ArrayList<>(0);
        synchronized (lock) {
            ended = why;
            waiting.values().forEach(waiters -> waiters.takeAll(why, calls));
        }
        calls.forEach(Runnable::run);
        committedGate.wakeAll();
        news.wakeAll();
        boolean ignored = opened.complete(false);
    }
}
