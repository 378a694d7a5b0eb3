package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.simulation.net.Network;
import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A node's end of the {@link LeaseService}: renews, and says what it hears. */
final class SimulatedLease implements LeaseProvider {
    private static final Duration RENEWAL = Duration.ofMillis(250);
    private static final Duration BACK_OF_THE_QUEUE = Duration.ofMillis(600);

    private final LeaseService service;
    private final Network network;
    private final Machine machine;
    private final Scheduler scheduler;
    private final Duration trusted;
    private final MonotonicClock clock;
    private @Nullable LeaseHolder mine;
    private @Nullable LeaseHolder announced;
    private AtomicLong end = new AtomicLong();
    private Deadline pauseUntil;
    private List<Member> members = List.of();

    /** @param trusted for how long the node relies on a renewal */
    SimulatedLease(LeaseService service, Network network, Machine machine, Scheduler scheduler, Duration trusted) {
        this.service = service;
        this.network = network;
        this.machine = machine;
        this.scheduler = scheduler;
        this.trusted = trusted;
        this.clock = machine.clock();
        this.pauseUntil = Deadline.after(Duration.ZERO, clock);
    }

    @Override
    public void start(Candidate self, LeaseListener listener) {
        service.enter(self.asMember());
        Thread ignored = scheduler.start(machine, machine.name() + " lease", () -> run(self, listener));
    }

    private boolean isReachable() {
        return network.isUp(machine.name(), LeaseService.HOST) && network.isUp(LeaseService.HOST, machine.name());
    }

    private void run(Candidate self, LeaseListener listener) {
        while (true) {
            if (mine != null && end.get() <= clock.nanoTime()) {
                lose(listener, "its time is over");
            }
            if (isReachable()) {
                renew(self, listener);
            }
            scheduler.pause(RENEWAL, clock);
        }
    }

    private void renew(Candidate self, LeaseListener listener) {
        long sentAt = clock.nanoTime();
        scheduler.yieldNow();
        members = service.members();
        LeaseHolder holder = service.touch(self, pauseUntil.hasPassed());
        if (holder != null && holder.nodeName().equals(self.nodeName())) {
            hold(holder, sentAt + trusted.toNanos(), listener);
            return;
        }
        if (mine != null) {
            lose(listener, "another node has it, or nobody");
        }
        if (holder != null && !holder.equals(announced)) {
            announced = holder;
            listener.heldBy(holder);
        }
    }

    private void hold(LeaseHolder granted, long until, LeaseListener listener) {
        if (granted.equals(mine)) {
            end.set(until);
            return;
        }
        if (mine != null) {
            lose(listener, "it was lost in between");
        }
        mine = granted;
        announced = null;
        AtomicLong endOfThis = new AtomicLong(until);
        end = endOfThis;
        listener.granted(new Lease(granted.epoch(), endOfThis::get));
    }

    private void lose(LeaseListener listener, String why) {
        mine = null;
        end.set(clock.nanoTime());
        listener.lost(why);
    }

    /** As it heard last. */
    @Override
    public List<Member> members() {
        return members;
    }

    @Override
    public void resign(@Nullable String successor, Duration pause) {
        LeaseHolder given = mine;
        mine = null;
        end.set(clock.nanoTime());
        pauseUntil = Deadline.after(pause.compareTo(BACK_OF_THE_QUEUE) > 0 ? pause : BACK_OF_THE_QUEUE, clock);
        if (given != null && isReachable()) {
            service.resign(given, successor);
        }
    }

    @Override
    public void confirm() {
        // The next renewal does.
    }

    @Override
    public String describe() {
        return "simulated";
    }

    @Override
    public void close() {
        mine = null;
    }
}
