package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.node.EpochOverException;
import io.replsqlite.server.node.EpochPromises;
import io.replsqlite.server.node.Takeover;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a node does when the lease speaks: {@code NodeRole} in short, around the product's {@link Takeover}. */
final class SimulatedRole implements LeaseListener {
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final EpochPromises promises;
    private final LeaseProvider leases;
    private final Takeover takeover;
    private final Stage stage;
    private final Consumer<IOException> onFailure;
    private final MonotonicClock clock;
    private final ArrayDeque<Change> queue = new ArrayDeque<>();
    private final PositionGate news = new PositionGate(Txid.ZERO);
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
            LeaseProvider leases,
            Takeover takeover,
            Stage stage,
            Consumer<IOException> onFailure,
            MonotonicClock clock) {
        this.promises = promises;
        this.leases = leases;
        this.takeover = takeover;
        this.stage = stage;
        this.onFailure = onFailure;
        this.clock = clock;
        promises.onHeard(promised -> execute(() -> heard(promised)));
    }

    void start() {
        NamedThreads.single("role", this::run).start();
    }

    @Nullable
    SimulatedTenure tenure() {
        return stage.tenure();
    }

    private void execute(Change change) {
        queue.add(change);
        news.advance(news.currentValue() + 1);
    }

    private void run() {
        try {
            while (true) {
                long seen = news.currentValue();
                Change next = queue.poll();
                if (next != null) {
                    next.run();
                } else if (!news.await(seen + 1, Deadline.after(HOUSEKEEPING, clock))) {
                    keepHouse();
                }
            }
        } catch (IOException | SQLException failure) {
            onFailure.accept(new IOException(failure));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepHouse() throws IOException, InterruptedException {
        LeaseHolder leader = holder;
        if (leader != null && !stage.isFollowing()) {
            stage.follow(leader);
        }
    }

    private void lead(Lease granted) throws IOException, InterruptedException {
        lease = granted;
        holder = null;
        Takeover.Result result = takeover.run(granted);
        if (result instanceof Takeover.Result.StepBack stepBack) {
            stepBack(stepBack.successor(), stepBack.pause());
        } else if (takeover.mayGoOn(granted)) {
            stage.lead(granted);
        } else {
            stepBack(null, Duration.ZERO);
        }
    }

    private void stepBack(@Nullable String successor, Duration pause) throws IOException, InterruptedException {
        lease = null;
        stage.rest();
        leases.resign(successor, pause);
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
            leases.resign(null, Duration.ZERO);
        }
    }

    private void endTenure() throws IOException, InterruptedException {
        if (lease != null) {
            lease = null;
            stage.rest();
        }
    }

    private void followHolder(LeaseHolder newHolder) throws IOException, InterruptedException {
        lease = null;
        holder = newHolder;
        stage.follow(newHolder);
    }

    /** Answers a candidate; on the thread of its call. */
    PromiseReply promise(PromiseRequest request) throws IOException, InterruptedException {
        try {
            promises.promise(request.epoch(), request.candidate());
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
