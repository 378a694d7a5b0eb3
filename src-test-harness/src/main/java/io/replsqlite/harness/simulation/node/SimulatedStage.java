package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.ThreadControl;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseDeadline;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.server.election.Holding;
import io.replsqlite.server.election.Verdict;
import io.replsqlite.server.follow.FollowerListener;
import io.replsqlite.server.follow.FollowerLoop;
import io.replsqlite.server.follow.FollowerSettings;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.node.NodeHoldings;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.store.StoreSettings;
import io.replsqlite.status.Health;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The roles of the one database: {@code ReplicatedDatabase} and {@code CatchUp} in short, around the product's loop. */
final class SimulatedStage implements SimulatedRole.Stage, NodeHoldings {
    private static final Duration BAR = Duration.ofMillis(1_500);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final FollowerSettings SETTINGS = new FollowerSettings(
            new StoreSettings(LogSettings.DEFAULT, 1 << 20, 16),
            1_000,
            Duration.ofSeconds(10),
            Duration.ofMillis(200),
            Duration.ofMillis(300));

    private final SimulatedNode node;
    private final SimulatedDatabase database;
    private @Nullable FollowerLoop follower;
    private @Nullable SimulatedTenure tenure;

    SimulatedStage(SimulatedNode node, SimulatedDatabase database) {
        this.node = node;
        this.database = database;
    }

    @Override
    public @Nullable SimulatedTenure tenure() {
        return tenure;
    }

    @Override
    public boolean isFollowing() {
        return follower != null;
    }

    @Override
    public void rest() throws IOException, InterruptedException {
        SimulatedTenure leading = tenure;
        FollowerLoop following = follower;
        tenure = null;
        follower = null;
        if (leading != null) {
            leading.end();
        }
        if (following != null) {
            following.stop();
        }
        if (leading != null || following != null) {
            database.settle();
        }
    }

    @Override
    public void lead(Lease lease) throws IOException, InterruptedException {
        rest();
        boolean endless = node.around().has(Defect.BEATS_ARE_NOT_MISSED);
        Lease granted = endless ? new Lease(lease.epoch(), LeaseDeadline.UNTIL_LOST) : lease;
        if (!database.isFounded()) {
            database.found();
        }
        database.openFounded();
        SimulatedTenure next = new SimulatedTenure(
                node.name(),
                granted,
                database,
                node.durability(),
                position -> node.around()
                        .observer()
                        .committed(node.name(), granted.epoch(), position, node.disk(), database.log()),
                node.around().observer(),
                node::failed,
                node.clock());
        node.around().observer().leads(node.name(), granted.epoch(), node.disk(), database.log());
        tenure = next;
        next.start();
    }

    @Override
    public void follow(LeaseHolder primary) throws IOException, InterruptedException {
        follow(node.client(primary.url()));
    }

    private void follow(PrimaryClient primary) throws IOException, InterruptedException {
        rest();
        FollowerLoop loop = new FollowerLoop(
                SimulatedDatabase.NAME,
                database,
                primary,
                node.followersPromise(),
                new Silent(),
                SETTINGS,
                node.clock());
        follower = loop;
        loop.start();
    }

    // ---- in an election
    // ----------------------------------------------------------------------------------------------

    @Override
    public List<Holding> barredBelow(Epoch below) throws IOException, InterruptedException {
        FollowerLoop following = follower;
        boolean barred = following == null
                || node.around().has(Defect.FOLLOWER_NOT_BARRED)
                || following.bar(below, Deadline.after(BAR, node.clock()));
        if (!barred) {
            throw new IOException("its follower does not come to rest");
        }
        if (database.lostLog().isNoted()) {
            throw new IOException("a part of its log is lost, so its word is no vote");
        }
        if (!database.isFounded()) {
            return List.of();
        }
        if (following == null) {
            database.openFounded();
        }
        ChangeLog log = database.logIfOpen();
        if (log == null) {
            throw new IOException("not open: what its log holds cannot be told");
        }
        return List.of(new Holding(SimulatedDatabase.NAME, SimulatedDatabase.ID, false, log.durableHead()));
    }

    @Override
    public void fetch(Verdict.Lacking lacking, Epoch epoch, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        if (node.around().has(Defect.TAKEOVER_WITHOUT_FETCHING)) {
            return;
        }
        follow(node.client(lacking.source().url()).inElection(epoch));
        ThreadControl control = ThreadControl.current();
        boolean arrived = control != null
                && control.await(
                        () -> !goesOn.getAsBoolean() || hasArrived(lacking.target()),
                        Deadline.after(PATIENCE, node.clock()));
        if (!arrived || !hasArrived(lacking.target())) {
            throw new IOException("was not brought to " + lacking.target());
        }
    }

    private boolean hasArrived(Position target) {
        ChangeLog log = database.logIfOpen();
        return log != null && log.durableHead().equals(target);
    }

    @Override
    public void dropIfPresent(String name, UUID id) {
        throw new IllegalStateException("nothing is dropped here");
    }

    /** The follower's news; the node's own observers look at log and pages instead. */
    private final class Silent implements FollowerListener {
        @Override
        public void opened(OpenDatabase opened) {}

        @Override
        public void closing() {}

        @Override
        public void problem(String why) {
            node.around().scheduler().note(node.name() + " follower: " + why);
        }

        @Override
        public void streaming() {}

        @Override
        public void mayShow(long txid) {}

        @Override
        public void applied(Position position) {}

        @Override
        public void committed(long txid) {}

        @Override
        public void replaced(Position position) {}

        @Override
        public void health(Health health) {}

        @Override
        public void probeAnswered(long sentAtNanos, long headTxid, long committedTxid) {}
    }
}
