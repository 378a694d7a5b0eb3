package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import io.replsqlite.server.database.ReplicatedDatabase;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Leaves the lease of this primary to a follower that has everything. On the role thread. */
final class Handoff {
    private static final Logger LOG = System.getLogger(Handoff.class.getName());

    /** How long open transactions get to end; then they are rolled back. */
    private static final Duration TRANSACTIONS_END = Duration.ofMillis(500);

    /** How long the follower gets for what it lacks. Writers wait all the time. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Databases databases;
    private final Members members;
    private final LeaseProvider leases;
    private final MonotonicClock clock;

    Handoff(Databases databases, Members members, LeaseProvider leases, MonotonicClock clock) {
        this.databases = databases;
        this.members = members;
        this.leases = leases;
        this.clock = clock;
    }

    /** Who could take over now. */
    Successors successors() throws IOException {
        members.update(leases.members());
        return new Successors(members, databases.open(), leases::obstacleTo, clock);
    }

    /** Begins no more transactions and gives the open ones a moment to end; single writes go on. */
    void finishTransactions() throws InterruptedException {
        for (ReplicatedDatabase database : databases.open()) {
            database.finishTransactions(TRANSACTIONS_END);
        }
    }

    /**
     * Nothing is written any more when this returns, and the lease is given up: to the target if it has everything, else to
     * whoever has most.
     *
     * @param tenure this one, and no later one
     * @param pause before this node tries again
     * @return whether the target has everything
     */
    boolean moveTo(Member target, Epoch tenure, Duration pause) throws InterruptedException {
        Laps laps = new Laps(clock);
        boolean level = true;
        for (ReplicatedDatabase database : databases.open()) {
            level &= database.drainTo(target.nodeName(), DRAIN);
            laps.end("drain of " + database.name());
        }
        if (!level) {
            LOG.log(Level.WARNING, "node {0} is not level in time; any node may take over", target.nodeName());
        }
        leases.resign(tenure, level ? target.nodeName() : null, pause);
        laps.end("leaving the lease");
        LOG.log(Level.INFO, "epoch {0} is left to node {1}; took {2}", tenure, target.nodeName(), laps);
        return level;
    }
}
