package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.majority.Allegiance;
import io.replsqlite.server.node.EpochOverException;
import io.replsqlite.server.node.EpochPromises;
import io.replsqlite.server.node.Members;
import io.replsqlite.server.node.Takeover;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a node does when the lease speaks: {@code NodeRole} in short, around the product's {@link Takeover}. */
final class SimulatedRole implements LeaseListener {
    private static final Logger LOG = System.getLogger(SimulatedRole.class.getName());
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration OTHERS_FIRST = Duration.ofSeconds(1);

    private final EpochPromises promises;
    private final Allegiance allegiance;
    private final Members members;
    private final LeaseProvider leases;
    private final Takeover takeover;
    private final Stage stage;
    private final Consumer<Exception> onFailure;
    private final MonotonicClock clock;
    private final SimulatedThread thread;
    private final PositionGate done = new PositionGate(Txid.ZERO);
    private @Nullable Lease lease;
    private @Nullable LeaseHolder holder;

    /** What the databases do on the role thread. */
    interface Stage {
        /** Opens for writes. */
        void lead(Lease granted) throws IOException, InterruptedException;

        void follow(LeaseHolder primary) throws IOException, InterruptedException;

        /** Nothing is written and nobody is followed when this returns. */
        void rest() throws IOException, InterruptedException;

        boolean isFollowing();

        @Nullable
        SimulatedTenure tenure();
    }

    @FunctionalInterface
    private interface Change {
        void run() throws IOException, SQLException, InterruptedException;
    }

    SimulatedRole(
            EpochPromises promises,
            Allegiance allegiance,
            Members members,
            LeaseProvider leases,
            Takeover takeover,
            Stage stage,
            Consumer<Exception> onFailure,
            MonotonicClock clock) {
        this.promises = promises;
        this.allegiance = allegiance;
        this.members = members;
        this.leases = leases;
        this.takeover = takeover;
        this.stage = stage;
        this.onFailure = onFailure;
        this.clock = clock;
        this.thread = new SimulatedThread("role", clock);
        promises.onHeard(promised -> execute(() -> heard(promised)));
    }

    void start() {
        thread.repeat(() -> run(this::keepHouse), HOUSEKEEPING);
    }

    @Nullable
    SimulatedTenure tenure() {
        return stage.tenure();
    }

    private void execute(Change change) {
        thread.execute(() -> run(change));
    }

    private void run(Change change) {
        try {
            change.run();
        } catch (IOException | SQLException failure) {
            onFailure.accept(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepHouse() throws IOException, InterruptedException {
        rememberMembers();
        LeaseHolder leader = holder;
        if (leader != null && !stage.isFollowing()) {
            stage.follow(leader);
        }
    }

    /** What cannot be written now is tried again. */
    private void rememberMembers() {
        try {
            members.update(leases.members());
        } catch (IOException full) {
            LOG.log(Level.DEBUG, "the members are not stored yet", full);
        }
    }

    private void lead(Lease granted) throws IOException, InterruptedException {
        if (granted.deadline().hasPassed(clock.nanoTime())) {
            leases.resign(granted.epoch(), null, Duration.ZERO);
            return; // over before this thread came to it: the role stays as it is
        }
        lease = granted;
        holder = null;
        Takeover.Result result = takeover.run(granted);
        if (result instanceof Takeover.Result.StepBack stepBack) {
            stepBack(granted, stepBack.successor(), stepBack.pause());
        } else if (takeover.mayGoOn(granted)) {
            stage.lead(granted);
        } else {
            stepBack(granted, null, Duration.ZERO);
        }
    }

    private void stepBack(Lease granted, @Nullable String successor, Duration pause)
            throws IOException, InterruptedException {
        lease = null;
        stage.rest();
        leases.resign(granted.epoch(), successor, pause);
    }

    private void heard(Epoch promised) throws IOException, InterruptedException {
        if (promised.isAfter(promises.highest())) {
            promises.promise(promised, "");
        }
        standDownBelow(promised);
    }

    private void standDownBelow(Epoch epoch) throws IOException, InterruptedException {
        Lease held = lease;
        if (held != null && epoch.isAfter(held.epoch())) {
            endTenure();
            leases.resign(held.epoch(), null, Duration.ZERO);
        }
    }

    private void endTenure() throws IOException, InterruptedException {
        if (lease != null) {
            lease = null;
            stage.rest();
        }
    }

    /**
     * A handoff, without waiting until the successor has everything.
     *
     * @param begins is told if there is something to hand over
     */
    void handOverTo(String successor, Runnable begins) {
        execute(() -> {
            Lease held = lease;
            if (held != null && !held.deadline().hasPassed(clock.nanoTime())) {
                begins.run();
                endTenure();
                leases.resign(held.epoch(), successor, OTHERS_FIRST);
            }
        });
    }

    private void followHolder(LeaseHolder newHolder) throws IOException, InterruptedException {
        lease = null;
        holder = newHolder;
        stage.follow(newHolder);
    }

    /** Answers a candidate; on the thread of its call. */
    PromiseReply promise(PromiseRequest request) throws IOException, InterruptedException {
        try {
            allegiance.promise(request.epoch(), request.candidate());
        } catch (EpochOverException over) {
            return takeover.refuse(over.promised());
        }
        Answer answer = new Answer();
        execute(() -> {
            standDownBelow(request.epoch());
            try {
                answer.reply = new PromiseReply.Promised(takeover.report(request.epoch(), true));
            } catch (IOException notNow) {
                answer.failure = notNow;
            }
            done.wakeAll();
        });
        return answer.await(Deadline.after(ANSWER, clock));
    }

    private final class Answer {
        private @Nullable PromiseReply reply;
        private @Nullable IOException failure;

        PromiseReply await(Deadline deadline) throws IOException, InterruptedException {
            while (reply == null && failure == null && !deadline.hasPassed()) {
                boolean ignored = done.await(Long.MAX_VALUE, deadline);
            }
            PromiseReply given = reply;
            if (given == null) {
                throw failure == null ? new IOException("no answer in time") : failure;
            }
            return given;
        }
    }

    // ---- what the lease says
    // -----------------------------------------------------------------------------------------

    @Override
    public void granted(Lease granted) {
        execute(() -> lead(granted));
    }

    @Override
    public void lost(String reason) {
        execute(this::endTenure);
    }

    @Override
    public void heldBy(LeaseHolder newHolder) {
        execute(() -> followHolder(newHolder));
    }
}
