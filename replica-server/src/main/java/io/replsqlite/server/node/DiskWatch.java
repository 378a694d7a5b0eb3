package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.database.ReplicatedDatabase;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A disk that answers no more leaves its node alive: the lease is renewed, the voters hear their primary, and every write
 * waits. So the lease is given up while the writer still waits for the disk. That is as safe as a lease that runs out then:
 * when the disk answers after all, the writer finds that it must not acknowledge. Until then the role thread may wait for the
 * writer, and this node takes no lease.
 *
 * <p>On a thread of its own, {@code disk-watch}, which waits for no disk of a database.
 */
final class DiskWatch implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DiskWatch.class.getName());
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** Before this node competes again. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** A follower that was not heard of for so long cannot take over. */
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(5);

    private final String self;
    private final Duration limit;
    private final Databases databases;
    private final LeaseProvider leases;
    private final MonotonicClock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("disk-watch"));
    private volatile boolean stalled;
    private Epoch given = Epoch.NONE; // on this thread only

    DiskWatch(String self, Duration limit, Databases databases, LeaseProvider leases, MonotonicClock clock) {
        this.self = self;
        this.limit = limit;
        this.databases = databases;
        this.leases = leases;
        this.clock = clock;
    }

    void start(NodeRole role) {
        var ignored = thread.scheduleWithFixedDelay(
                () -> look(role), INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Any thread. @return whether this lease is given back, as the disk has not answered yet */
    boolean refuses(Lease granted) {
        if (stalled) {
            try {
                thread.execute(() -> leases.resign(granted.epoch(), null, PAUSE));
            } catch (RejectedExecutionException closed) {
                LOG.log(Level.DEBUG, "the node stops, and gives up every lease", closed);
            }
        }
        return stalled;
    }

    private void look(NodeRole role) {
        try {
            Lease held = role.primary().lease();
            if (held == null || held.epoch().equals(given)) {
                return;
            }
            for (ReplicatedDatabase database : databases.open()) {
                if (database.syncingFor().compareTo(limit) > 0 && couldGoOnElsewhere(database)) {
                    giveUp(
                            held,
                            role,
                            "the disk has not answered a sync of " + database.name() + "'s log for " + limit.toMillis()
                                    + " ms");
                    return;
                }
            }
        } catch (RuntimeException defect) {
            LOG.log(Level.WARNING, "no look at the disk", defect); // the next one comes
        }
    }

    /** A tenure that is still being opened has no followers yet, and may be anybody's. */
    private boolean couldGoOnElsewhere(ReplicatedDatabase database) {
        boolean followed = !database.isLeading()
                || database.followers().stream()
                        .anyMatch(follower -> clock.nanoTime() - follower.heardAtNanos() < HEARD_WITHIN.toNanos());
        return followed
                && leases.members().stream()
                        .anyMatch(member -> !member.nodeName().equals(self)
                                && member.isCandidate()
                                && leases.obstacleTo(member.nodeName()).isEmpty());
    }

    private void giveUp(Lease held, NodeRole role, String why) {
        LOG.log(Level.ERROR, "this node gives up its lease of epoch {0}: {1}", held.epoch(), why);
        stalled = true;
        role.endTenure(held, why, () -> stalled = false);
        leases.resign(held.epoch(), null, PAUSE);
        given = held.epoch();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
