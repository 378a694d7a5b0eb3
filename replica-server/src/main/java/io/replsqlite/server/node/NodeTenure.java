package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.node.ElectionFigures.Election;
import io.replsqlite.server.node.ElectionFigures.Ended;
import io.replsqlite.status.Role;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How this node's tenures begin and end, and every change of its role. On the role thread. */
final class NodeTenure {
    private static final Logger LOG = System.getLogger(NodeTenure.class.getName());

    private final List<String> wantedDatabases;
    private final Databases databases;
    private final EpochPromises promises;
    private final LeaseProvider leases;
    private final Takeover takeover;
    private final KnownPrimary primary;
    private final RoleMachine machine;
    private final LeaseHistory history;
    private final ElectionFigures figures;
    private final MonotonicClock clock;
    private Epoch epochLed = Epoch.NONE; // of the last tenure

    /** @param wantedDatabases those that a primary creates if they do not exist */
    NodeTenure(
            List<String> wantedDatabases,
            Databases databases,
            EpochPromises promises,
            LeaseProvider leases,
            Takeover takeover,
            KnownPrimary primary,
            RoleMachine machine,
            LeaseHistory history,
            ElectionFigures figures,
            MonotonicClock clock) {
        this.wantedDatabases = wantedDatabases;
        this.databases = databases;
        this.promises = promises;
        this.leases = leases;
        this.takeover = takeover;
        this.primary = primary;
        this.machine = machine;
        this.history = history;
        this.figures = figures;
        this.clock = clock;
    }

    /** One that is over already was granted while this thread was busy; the role stays as it is. @return whether it was */
    boolean gaveUp(Lease granted) {
        boolean over = takeover.isOver(granted);
        if (over) {
            LOG.log(Level.INFO, "the lease of epoch {0} was over before this node looked at it", granted.epoch());
            figures.election(Election.OVERTAKEN);
            leases.resign(granted.epoch(), null, Duration.ZERO);
        }
        return over;
    }

    void lead(Lease granted) throws IOException, SQLException, InterruptedException {
        change(Role.ACQUIRING, granted.epoch(), "the lease was granted to this node");
        primary.isThisNode(granted);
        Takeover.Result result = takeover.run(granted);
        if (result instanceof Takeover.Result.StepBack stepBack) {
            figures.election(stepBack.successor() == null ? Election.WITHDRAWN : Election.LEFT_TO_ANOTHER);
            stepBack(granted, stepBack.successor(), stepBack.pause(), stepBack.why());
        } else if (takeover.mayGoOn(granted)) {
            openForWrites(granted, ((Takeover.Result.Ready) result).unheard());
        } else {
            figures.election(Election.OVERTAKEN);
            stepBack(granted, null, Duration.ZERO, "the lease or this node's promise was over before it could lead");
        }
    }

    private void openForWrites(Lease granted, List<String> unheard)
            throws IOException, SQLException, InterruptedException {
        Laps laps = new Laps(clock);
        for (String name : wantedDatabases) {
            if (databases.catalogue().present(name).isEmpty()) {
                databases.list(name, UUID.randomUUID(), false);
            }
        }
        databases.requireCopies();
        databases.openListed();
        for (ReplicatedDatabase database : databases.open()) {
            database.lead(granted);
            laps.end(database.name());
        }
        LOG.log(Level.INFO, "epoch {0} has begun; opening took {1}", granted.epoch(), laps);
        epochLed = granted.epoch();
        figures.election(Election.WON);
        change(Role.LEADING, granted.epoch(), "every database is open for writes");
        history.tenure(LeaseEvent.Kind.LED, granted.epoch(), takeover.name(), begunBecause(unheard), unheard);
    }

    private static String begunBecause(List<String> unheard) {
        return unheard.isEmpty()
                ? "it has the most of all nodes"
                : "it has the most of all nodes that answered; not heard: " + String.join(", ", unheard);
    }

    /** Has begun nothing in its tenure, and leaves the lease to others. */
    private void stepBack(Lease granted, @Nullable String successor, Duration pause, String why)
            throws InterruptedException {
        LOG.log(Level.INFO, "this node does not lead now: {0}", why);
        restAll();
        change(Role.NONE, promises.highest(), why);
        leases.resign(granted.epoch(), successor, pause);
    }

    /** Creates a database on the primary, or adopts the file that stands at its place. */
    ReplicatedDatabase create(String name) throws IOException, SQLException, InterruptedException {
        Lease held = primary.lease();
        if (held == null) {
            throw new IOException("this node is not the primary");
        }
        databases.requireNew(name);
        databases.list(name, UUID.randomUUID(), false);
        for (ReplicatedDatabase opened : databases.openListed()) {
            opened.lead(held);
        }
        return databases.byName(name);
    }

    /** Another node has been promised a higher epoch: not one more write here, whatever the lease says. */
    void standDownBelow(Epoch epoch, String why) throws InterruptedException {
        Lease held = primary.lease();
        if (held != null && epoch.isAfter(held.epoch())) {
            LOG.log(Level.WARNING, "this node stands down in epoch {0}: {1}", held.epoch(), why);
            end(Ended.HIGHER_EPOCH, why);
            leases.resign(held.epoch(), null, Duration.ZERO);
        }
    }

    /** If this node has one. */
    void end(Ended why, String reason) throws InterruptedException {
        if (primary.lease() != null) {
            if (machine.role() != Role.DRAINING) {
                drain(why, reason);
            }
            restAll();
            change(Role.NONE, promises.highest(), reason);
        }
    }

    /** Acknowledges what is at hand and nothing more; or has begun nothing yet. */
    void drain(Ended why, String reason) {
        if (machine.role() == Role.LEADING) {
            figures.ended(why);
        }
        change(Role.DRAINING, promises.highest(), reason);
    }

    void fail(Epoch epoch, Exception failure) throws InterruptedException {
        LOG.log(Level.ERROR, "the node cannot take its role: " + failure.getMessage(), failure);
        restAll();
        leases.close();
        if (machine.role() == Role.LEADING) {
            figures.ended(Ended.NODE_FAILED);
        }
        change(Role.FAILED, epoch, String.valueOf(failure.getMessage()));
    }

    /** A primary that cannot capture or store what it commits must let another one try. All its databases go with it. */
    void giveUpIfFailed() throws InterruptedException {
        if (primary.lease() != null && databases.open().stream().anyMatch(ReplicatedDatabase::hasFailed)) {
            fail(promises.highest(), new IOException("a database of this node has failed; the lease is given up"));
        }
    }

    /** Nothing is written any more when this returns; only then may another node get the lease. */
    void restAll() throws InterruptedException {
        primary.isNotThisNode();
        for (ReplicatedDatabase database : databases.open()) {
            try {
                database.rest();
            } catch (IOException | SQLException | RuntimeException failure) {
                LOG.log(Level.WARNING, database.name() + " did not end its role in good order", failure);
            }
        }
    }

    /** The one place where the role changes, so that whoever waits for a primary hears of it. */
    void change(Role role, Epoch epoch, String reason) {
        Role before = machine.role();
        machine.transition(role, epoch, reason);
        history.changed(before, role, epoch, reason);
        if (before == Role.LEADING) {
            history.tenure(LeaseEvent.Kind.ENDED, epochLed, takeover.name(), reason, List.of());
        }
        primary.tell();
    }
}
