package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.database.ReplicatedDatabase;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * A disk that answers no more leaves its node alive: the lease is renewed, the voters hear their primary, and every write
 * waits. So the lease is given up while the writer still waits for the disk. That is as safe as a lease that runs out then:
 * when the disk answers after all, the writer finds that it must not acknowledge.
 *
 * <p>On the heartbeat thread, which waits for no disk.
 */
final class DiskWatch {
    private static final Logger LOG = System.getLogger(DiskWatch.class.getName());

    /** Before this node competes again. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Duration limit;
    private final Databases databases;
    private final LeaseProvider leases;
    private Epoch given = Epoch.NONE;

    /** @param limit zero for none */
    DiskWatch(Duration limit, Databases databases, LeaseProvider leases) {
        this.limit = limit;
        this.databases = databases;
        this.leases = leases;
    }

    /** @param held the lease of this node */
    void look(Lease held, NodeRole role) {
        if (limit.isZero() || held.epoch().equals(given)) {
            return;
        }
        for (ReplicatedDatabase database : databases.open()) {
            if (database.syncingFor().compareTo(limit) > 0
                    && !database.followers().isEmpty()) {
                giveUp(held, role, "the disk has not answered a sync of " + database.name() + "'s log for " + limit);
                return;
            }
        }
    }

    private void giveUp(Lease held, NodeRole role, String why) {
        given = held.epoch();
        LOG.log(Level.ERROR, "this node gives up its lease of epoch {0}: {1}", held.epoch(), why);
        leases.resign(held.epoch(), null, PAUSE);
        role.endTenure(held, why);
    }
}
