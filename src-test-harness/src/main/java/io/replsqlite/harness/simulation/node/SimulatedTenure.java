package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Lease;
import io.replsqlite.server.config.DurabilitySettings;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CommitSpec;
import io.replsqlite.server.quorum.CommitWaiter;
import io.replsqlite.server.quorum.Commitment;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A node as primary: the writer's thread in the order of {@code CommitWriter}, on the product's log and {@link Commitment}. */
final class SimulatedTenure {
    private static final int GROUP = 4;
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final String node;
    private final Lease lease;
    private final SimulatedDatabase database;
    private final PageStore pages;
    private final Commitment commitment;
    private final Observer observer;
    private final Consumer<Exception> onFailure;
    private final MonotonicClock clock;
    private final ArrayDeque<Write> queue = new ArrayDeque<>();
    private final PositionGate news = new PositionGate(Txid.ZERO);
    private final Thread thread;
    private boolean stopping;
    private boolean ended;

    private record Appended(Write write, Txid txid) {}

    /** Begins the epoch: when this returns, the record that begins it is durable here. */
    SimulatedTenure(
            String node,
            Lease lease,
            SimulatedDatabase database,
            DurabilitySettings durability,
            Consumer<Position> onCommitted,
            Observer observer,
            Consumer<Exception> onFailure,
            MonotonicClock clock)
            throws IOException {
        this.node = node;
        this.lease = lease;
        this.database = database;
        this.pages = database.bringToHead();
        this.observer = observer;
        this.onFailure = onFailure;
        this.clock = clock;
        Position begun = log().appendEpoch(lease.epoch(), node, null);
        pages.moveTo(begun);
        this.commitment = new Commitment(lease.epoch(), node, durability, clock, onCommitted);
        this.thread = NamedThreads.single("write", this::run);
    }

    void start() throws IOException {
        commitment.durableHere(log().sync());
        thread.start();
    }

    Lease lease() {
        return lease;
    }

    Commitment commitment() {
        return commitment;
    }

    private ChangeLog log() {
        return database.log();
    }

    boolean holdsLease() {
        return !ended && !lease.deadline().hasPassed(clock.nanoTime());
    }

    void submit(Write write) {
        if (stopping) {
            write.answer(Write.Outcome.NOT_EXECUTED);
            return;
        }
        queue.add(write);
        news.advance(news.currentValue() + 1);
    }

    private void run() {
        try {
            while (!stopping) {
                long seen = news.currentValue();
                if (queue.isEmpty()) {
                    boolean ignored = news.await(seen + 1, Deadline.after(IDLE, clock));
                } else if (holdsLease()) {
                    commitGroup();
                } else {
                    refuseAll();
                }
            }
        } catch (IOException failure) {
            onFailure.accept(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseAll() {
        queue.forEach(write -> write.answer(Write.Outcome.NOT_EXECUTED));
        queue.clear();
    }

    private void commitGroup() throws IOException {
        List<Appended> group = new ArrayList<>();
        while (!queue.isEmpty() && group.size() < GROUP) {
            Write write = queue.remove();
            try {
                group.add(new Appended(write, append(write)));
            } catch (IOException failure) {
                write.answer(Write.Outcome.UNKNOWN);
                group.forEach(one -> one.write.answer(Write.Outcome.UNKNOWN));
                throw failure;
            }
        }
        sync(group);
        group.forEach(one -> commitment.whenReached(Durability.QUORUM, one.txid, new OnCommit(one)));
    }

    private void sync(List<Appended> group) throws IOException {
        try {
            commitment.durableHere(log().sync());
        } catch (IOException failure) {
            group.forEach(one -> one.write.answer(Write.Outcome.UNKNOWN));
            throw failure;
        }
    }

    private Txid append(Write write) throws IOException {
        Position before = pages.position();
        ByteBuffer change = pages.write(write.value());
        StateChecksum after = pages.state();
        Txid txid = before.txid().next();
        Position now = log().append(
                        new CommitSpec(
                                lease.epoch(),
                                txid,
                                before.checksum(),
                                after,
                                clock.wallMillis(),
                                PageStore.PAGE_BYTES,
                                PageStore.PAGES,
                                ByteBuffer.allocate(0),
                                WalMark.NONE),
                        change);
        pages.moveTo(now);
        return txid;
    }

    private final class OnCommit implements CommitWaiter {
        private final Appended one;

        OnCommit(Appended one) {
            this.one = one;
        }

        @Override
        public void committed() {
            one.write.answer(Write.Outcome.COMMITTED);
            observer.acknowledged(node, lease.epoch(), one.txid.value(), one.write.value());
        }

        @Override
        public void late() {
            one.write.answer(Write.Outcome.UNKNOWN);
        }

        @Override
        public void ended(String why) {
            one.write.answer(Write.Outcome.UNKNOWN);
        }
    }

    /** In the order of {@code PrimaryTenure}. */
    void end() throws InterruptedException {
        ended = true;
        log().durableGate().wakeAll();
        stopping = true;
        news.wakeAll();
        NamedThreads.join(thread);
        refuseAll();
        commitment.end("this node ceased to be the primary");
    }
}
