package io.replsqlite.server.database;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.status.Health;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusPageWriter;
import io.replsqlite.status.StatusSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.UUID;

/**
 * The state of one database as others may see it, published on its status page. Also turns probes into freshness.
 *
 * <p>Freshness without comparing clocks: a probe leaves at this node's time t0 and is answered with the primary's head;
 * once that head is applied here, the replica shows all that was committed before t0. Nothing else makes it younger, so
 * it ages when the network, the primary or apply stands still.
 *
 * <p>Safe for any thread. Under the lock only memory is written.
 */
public final class StatusBoard {
    private static final int MAX_PROBES = 64;

    private record Probe(long sentAtNanos, long committedTxid) {}

    /** Who this database belongs to and who publishes it; never changes. */
    private record Identity(UUID databaseId, String nodeName, String ownUrl) {}

    /** What the node is to this database at present. */
    private record Standing(Role role, Health health, String primaryUrl, long leaseDeadlineNanos) {
        Standing with(Health newHealth) {
            return new Standing(role, newHealth, primaryUrl, leaseDeadlineNanos);
        }

        Standing withLeaseUntil(long deadlineNanos) {
            return new Standing(role, health, primaryUrl, deadlineNanos);
        }
    }

    /** How far the replica file is, and as of when that is known to be all. */
    private record Progress(Position applied, Txid committed, Txid visible, Txid head, long freshAsOfNanos) {
        /** Nothing is known beyond what this position says. */
        static Progress allAt(Position position, long freshAsOfNanos) {
            return new Progress(position, position.txid(), Txid.ZERO, position.txid(), freshAsOfNanos);
        }

        Progress appliedUpTo(Position position, long freshAsOf) {
            return new Progress(position, committed, visible, later(head, position.txid()), freshAsOf);
        }

        Progress primaryAt(Txid primaryCommitted, Txid primaryHead, long freshAsOf) {
            return new Progress(
                    applied, later(committed, primaryCommitted), visible, later(head, primaryHead), freshAsOf);
        }

        Progress freshAsOf(long nanos) {
            return new Progress(applied, committed, visible, head, nanos);
        }

        Progress showing(Txid upTo) {
            return new Progress(applied, committed, upTo, head, freshAsOfNanos);
        }

        Progress committedUpTo(Txid txid) {
            return new Progress(applied, txid, visible, head, freshAsOfNanos);
        }

        /** What the file shows covers at least what it is said to show. */
        Progress showingApplied() {
            return applied.txid().isAfter(committed) ? showing(later(visible, applied.txid())) : this;
        }
    }

    private final Object lock = new Object();
    private final MonotonicClock clock;
    private final Identity identity;
    private final StatusPageWriter page;

    /** Whether readers must look at what is committed: not with durability local, where all is that they can see. */
    private final boolean hidesUncommitted;

    @GuardedBy("lock")
    private final ArrayDeque<Probe> unmet = new ArrayDeque<>();

    @GuardedBy("lock")
    private Standing standing = new Standing(Role.NONE, Health.STARTING, "", StatusSnapshot.NEVER);

    @GuardedBy("lock")
    private Progress progress = Progress.allAt(Position.START, StatusSnapshot.NEVER);

    @GuardedBy("lock")
    private long heartbeatNanos;

    public StatusBoard(
            Path file, UUID databaseId, String nodeName, String ownUrl, boolean hidesUncommitted, MonotonicClock clock)
            throws IOException {
        this.hidesUncommitted = hidesUncommitted;
        this.clock = clock;
        this.identity = new Identity(databaseId, nodeName, ownUrl);
        this.heartbeatNanos = clock.nanoTime();
        this.page = StatusPageWriter.open(file, snapshot());
    }

    public StatusSnapshot snapshot() {
        synchronized (lock) {
            return new StatusSnapshot(
                    identity.databaseId,
                    standing.role,
                    standing.health,
                    progress.applied,
                    progress.committed,
                    progress.visible,
                    progress.head,
                    progress.freshAsOfNanos,
                    heartbeatNanos,
                    standing.leaseDeadlineNanos,
                    ProcessHandle.current().pid(),
                    standing.primaryUrl,
                    identity.ownUrl,
                    identity.nodeName);
        }
    }

    /** The role changed; what was known of freshness belongs to the old one. */
    public void role(Role role, String primaryUrl, long leaseDeadlineNanos) {
        synchronized (lock) {
            unmet.clear();
            if (role == Role.LEADING) {
                progress = progress.freshAsOf(clock.nanoTime());
            }
            standing = new Standing(role, standing.health, primaryUrl, leaseDeadlineNanos);
            publishAll();
        }
    }

    public void health(Health health) {
        synchronized (lock) {
            standing = standing.with(health);
            publishAll();
        }
    }

    /** A commit is visible in the replica file. */
    public void applied(Position position) {
        synchronized (lock) {
            boolean sameEpoch = position.epoch().equals(progress.applied.epoch());
            progress = progress.appliedUpTo(
                    position, freshnessMetBy(position.txid().value()));
            Txid bound = progress.visible;
            progress = hidesUncommitted ? progress.showingApplied() : progress;
            if (!sameEpoch || !progress.visible.equals(bound)) {
                publishAll();
                return;
            }
            heartbeatNanos = clock.nanoTime();
            page.publishApplied(position.txid(), position.checksum());
            publishFreshness();
        }
    }

    /** On the primary: a commit is visible, and acknowledged under the durability in force. */
    public void committed(Position position) {
        synchronized (lock) {
            boolean sameEpoch = position.epoch().equals(progress.applied.epoch());
            heartbeatNanos = clock.nanoTime();
            progress = Progress.allAt(position, heartbeatNanos).showing(progress.visible);
            if (!sameEpoch) {
                publishAll();
                return;
            }
            page.publishApplied(position.txid(), position.checksum());
            publishFreshness();
        }
    }

    /** From now on the file may show commits up to here. Written before it can, so that no reader looks too early. */
    public void mayShow(Txid txid) {
        synchronized (lock) {
            progress = progress.showing(txid);
            page.publishVisible(txid);
        }
    }

    /** On a follower: the file is about to show this, and no primary has said yet that it is committed. */
    void mayShowUnconfirmed(Txid txid) {
        synchronized (lock) {
            if (hidesUncommitted && txid.isAfter(progress.committed)) {
                mayShow(later(progress.visible, txid));
            }
        }
    }

    /** On a follower: the primary has said that everything up to here is committed. */
    public void committed(long txid) {
        synchronized (lock) {
            progress = progress.committedUpTo(later(progress.committed, new Txid(txid)));
            publishFreshness();
        }
    }

    /**
     * A probe that left at {@code sentAtNanos} was answered. What was committed then is all that anybody was told of, so a
     * replica that shows it is fresh. A primary whose epoch has nothing committed yet does not know what earlier ones have
     * acknowledged, and vouches for nothing.
     */
    public void probeAnswered(long sentAtNanos, long headTxid, long committedTxid) {
        synchronized (lock) {
            if (committedTxid > 0 || headTxid == 0) {
                remember(new Probe(sentAtNanos, committedTxid));
            }
            long freshAsOf = freshnessMetBy(progress.applied.txid().value());
            progress = progress.primaryAt(new Txid(committedTxid), new Txid(headTxid), freshAsOf);
            heartbeatNanos = clock.nanoTime();
            publishFreshness();
        }
    }

    @GuardedBy("lock")
    private void remember(Probe probe) {
        if (unmet.size() == MAX_PROBES) {
            unmet.removeLast();
        }
        unmet.addLast(probe);
    }

    /** The node is alive. On the primary this is also what keeps an idle database fresh. */
    public void heartbeat(long leaseDeadlineNanos) {
        synchronized (lock) {
            heartbeatNanos = clock.nanoTime();
            if (standing.role == Role.LEADING && isAhead(leaseDeadlineNanos, heartbeatNanos)) {
                progress = progress.freshAsOf(heartbeatNanos);
            }
            standing = standing.withLeaseUntil(leaseDeadlineNanos);
            publishFreshness();
            page.publishLease(leaseDeadlineNanos, heartbeatNanos);
        }
    }

    /** History was replaced: positions may go back. */
    public void restarted(Position position, Health health) {
        synchronized (lock) {
            unmet.clear();
            Txid committed = progress.committed;
            progress = Progress.allAt(position, StatusSnapshot.NEVER);
            if (hidesUncommitted) { // what is committed never goes back
                progress = progress.committedUpTo(committed).showingApplied();
            }
            standing = standing.with(health);
            publishAll();
        }
    }

    @GuardedBy("lock")
    private long freshnessMetBy(long appliedTxid) {
        long freshAsOf = progress.freshAsOfNanos;
        while (!unmet.isEmpty() && unmet.getFirst().committedTxid <= appliedTxid) {
            freshAsOf = Math.max(freshAsOf, unmet.removeFirst().sentAtNanos);
        }
        return freshAsOf;
    }

    @GuardedBy("lock")
    private void publishAll() {
        heartbeatNanos = clock.nanoTime();
        page.publish(snapshot());
    }

    @GuardedBy("lock")
    private void publishFreshness() {
        page.publishFreshness(progress.freshAsOfNanos, progress.committed, progress.head, heartbeatNanos);
    }

    /** Past its deadline a primary cannot know what another one has committed. */
    private static boolean isAhead(long leaseDeadlineNanos, long at) {
        return leaseDeadlineNanos == Long.MAX_VALUE
                || (leaseDeadlineNanos != StatusSnapshot.NEVER && leaseDeadlineNanos - at > 0);
    }

    private static Txid later(Txid one, Txid other) {
        return one.isAfter(other) ? one : other;
    }
}
