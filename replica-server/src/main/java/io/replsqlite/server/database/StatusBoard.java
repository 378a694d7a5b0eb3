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

    private record Probe(long sentAtNanos, long headTxid) {}

    private final Object lock = new Object();
    private final MonotonicClock clock;
    private final StatusPageWriter page;

    @GuardedBy("lock")
    private final ArrayDeque<Probe> unmet = new ArrayDeque<>();

    @GuardedBy("lock")
    private StatusSnapshot now;

    public StatusBoard(Path file, UUID databaseId, String nodeName, String ownUrl, MonotonicClock clock)
            throws IOException {
        this.clock = clock;
        now = new StatusSnapshot(
                databaseId,
                Role.NONE,
                Health.STARTING,
                Position.START,
                Txid.ZERO,
                Txid.ZERO,
                StatusSnapshot.NEVER,
                clock.nanoTime(),
                StatusSnapshot.NEVER,
                ProcessHandle.current().pid(),
                "",
                ownUrl,
                nodeName);
        page = StatusPageWriter.open(file, now);
    }

    public StatusSnapshot snapshot() {
        synchronized (lock) {
            return now;
        }
    }

    /** The role changed; what was known of freshness belongs to the old one. */
    public void role(Role role, String primaryUrl, long leaseDeadlineNanos) {
        synchronized (lock) {
            unmet.clear();
            long freshAsOf = role == Role.LEADING ? clock.nanoTime() : now.freshAsOfNanos();
            publish(
                    role,
                    now.health(),
                    now.applied(),
                    now.committed(),
                    now.head(),
                    freshAsOf,
                    leaseDeadlineNanos,
                    primaryUrl);
        }
    }

    public void health(Health health) {
        synchronized (lock) {
            publish(
                    now.role(),
                    health,
                    now.applied(),
                    now.committed(),
                    now.head(),
                    now.freshAsOfNanos(),
                    now.leaseDeadlineNanos(),
                    now.primaryUrl());
        }
    }

    /** A commit is visible in the replica file. */
    public void applied(Position position) {
        synchronized (lock) {
            long freshAsOf = freshnessMetBy(position.txid().value());
            boolean sameEpoch = position.epoch().equals(now.applied().epoch());
            Txid head = later(now.head(), position.txid());
            now = with(
                    now.role(),
                    now.health(),
                    position,
                    now.committed(),
                    head,
                    freshAsOf,
                    now.leaseDeadlineNanos(),
                    now.primaryUrl());
            if (sameEpoch) {
                page.publishApplied(position.txid(), position.checksum());
                if (head.equals(position.txid())) {
                    page.publishFreshness(freshAsOf, now.committed(), head, now.heartbeatNanos());
                }
            } else {
                page.publish(now);
            }
        }
    }

    /** On the primary: a commit is visible, and acknowledged under the durability in force. */
    public void committed(Position position) {
        synchronized (lock) {
            boolean sameEpoch = position.epoch().equals(now.applied().epoch());
            long at = clock.nanoTime();
            now = with(
                    now.role(),
                    now.health(),
                    position,
                    position.txid(),
                    position.txid(),
                    at,
                    now.leaseDeadlineNanos(),
                    now.primaryUrl());
            if (sameEpoch) {
                page.publishApplied(position.txid(), position.checksum());
                page.publishFreshness(at, position.txid(), position.txid(), at);
            } else {
                page.publish(now);
            }
        }
    }

    /** A probe that left at {@code sentAtNanos} was answered: the primary's head was at least {@code headTxid}. */
    public void probeAnswered(long sentAtNanos, long headTxid, long committedTxid) {
        synchronized (lock) {
            if (unmet.size() == MAX_PROBES) {
                unmet.removeLast();
            }
            unmet.addLast(new Probe(sentAtNanos, headTxid));
            long freshAsOf = freshnessMetBy(now.applied().txid().value());
            Txid committed = later(now.committed(), new Txid(committedTxid));
            Txid head = later(now.head(), new Txid(headTxid));
            now = with(
                    now.role(),
                    now.health(),
                    now.applied(),
                    committed,
                    head,
                    freshAsOf,
                    now.leaseDeadlineNanos(),
                    now.primaryUrl());
            page.publishFreshness(freshAsOf, committed, head, now.heartbeatNanos());
        }
    }

    /** The node is alive. On the primary this is also what keeps an idle database fresh. */
    public void heartbeat(long leaseDeadlineNanos) {
        synchronized (lock) {
            long at = clock.nanoTime();
            boolean leads = now.role() == Role.LEADING && isAhead(leaseDeadlineNanos, at);
            long freshAsOf = leads ? at : now.freshAsOfNanos();
            now = with(
                    now.role(),
                    now.health(),
                    now.applied(),
                    now.committed(),
                    now.head(),
                    freshAsOf,
                    leaseDeadlineNanos,
                    now.primaryUrl());
            page.publishFreshness(freshAsOf, now.committed(), now.head(), at);
            page.publishLease(leaseDeadlineNanos, at);
        }
    }

    /** History was replaced: positions may go back. */
    public void restarted(Position position, Health health) {
        synchronized (lock) {
            unmet.clear();
            publish(
                    now.role(),
                    health,
                    position,
                    position.txid(),
                    position.txid(),
                    StatusSnapshot.NEVER,
                    now.leaseDeadlineNanos(),
                    now.primaryUrl());
        }
    }

    @GuardedBy("lock")
    private long freshnessMetBy(long appliedTxid) {
        long freshAsOf = now.freshAsOfNanos();
        while (!unmet.isEmpty() && unmet.getFirst().headTxid <= appliedTxid) {
            freshAsOf = Math.max(freshAsOf, unmet.removeFirst().sentAtNanos);
        }
        return freshAsOf;
    }

    @GuardedBy("lock")
    private void publish(
            Role role,
            Health health,
            Position applied,
            Txid committed,
            Txid head,
            long freshAsOfNanos,
            long leaseDeadlineNanos,
            String primaryUrl) {
        now = with(role, health, applied, committed, head, freshAsOfNanos, leaseDeadlineNanos, primaryUrl);
        page.publish(now);
    }

    @GuardedBy("lock")
    private StatusSnapshot with(
            Role role,
            Health health,
            Position applied,
            Txid committed,
            Txid head,
            long freshAsOfNanos,
            long leaseDeadlineNanos,
            String primaryUrl) {
        return new StatusSnapshot(
                now.databaseId(),
                role,
                health,
                applied,
                committed,
                head,
                freshAsOfNanos,
                clock.nanoTime(),
                leaseDeadlineNanos,
                now.writerPid(),
                primaryUrl,
                now.ownUrl(),
                now.nodeName());
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
