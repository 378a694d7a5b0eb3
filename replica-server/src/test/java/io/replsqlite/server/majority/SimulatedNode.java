package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseDeadline;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The real election of one node; around it what a node does with its words, as little as that needs. */
final class SimulatedNode implements LeaseListener, Peers {
    private final SimulatedCluster cluster;
    private final MajorityTerms terms;
    private final MonotonicClock clock;
    private final KeptPromises promises = new KeptPromises();
    private final List<Runnable> arrivedWhilePaused = new ArrayList<>();
    private MajorityElection election;
    private Allegiance allegiance;
    private LeaseBelow below;
    private Lease lease;
    private Set<String> promised = new HashSet<>();
    private boolean open;
    private boolean paused;
    private boolean down;
    private int process;

    SimulatedNode(SimulatedCluster cluster, String name, MajorityTerms terms, MonotonicClock clock) {
        this.cluster = cluster;
        this.terms = new MajorityTerms(name, terms.voters(), terms.patience());
        this.clock = clock;
    }

    String name() {
        return terms.self();
    }

    int process() {
        return process;
    }

    Member asMember() {
        return new Member(name(), URI.create("http://" + name()), true);
    }

    void start() {
        process++;
        down = false;
        lease = null;
        open = false;
        allegiance = new Allegiance(terms, promises, clock);
        below = new LeaseBelow(new NoProvider(), new OwnThread("lease-below"), clock);
        int started = process;
        promises.onHeard(heard -> cluster.after(1, () -> arrive(started, () -> heardPromise(heard))));
        election = new MajorityElection(
                terms,
                new Candidate(name(), asMember().url(), promises::highest),
                promises,
                allegiance,
                this,
                this,
                below,
                step -> arrive(started, step),
                clock,
                cluster.random());
        tick(started);
    }

    private void tick(int started) {
        if (started == process) {
            arrive(started, election::tick);
            cluster.after(25, () -> tick(started));
        }
    }

    /** Something reaches the process: at once, when it goes on, or never if it is another one by then. */
    void arrive(int atProcess, Runnable what) {
        if (atProcess != process || down) {
            return;
        }
        if (paused) {
            arrivedWhilePaused.add(() -> arrive(atProcess, what));
        } else {
            what.run();
        }
    }

    boolean mayAcknowledge() {
        Lease held = lease;
        return open && !paused && !down && held != null && !held.deadline().hasPassed(clock.nanoTime());
    }

    void pause(long millis) {
        if (!paused && !down) {
            paused = true;
            cluster.after(millis, this::goOn);
        }
    }

    private void goOn() {
        paused = false;
        List<Runnable> late = List.copyOf(arrivedWhilePaused);
        arrivedWhilePaused.clear();
        late.forEach(Runnable::run);
    }

    void restart(long millis) {
        if (!paused && !down) {
            down = true;
            open = false;
            below.close();
            cluster.after(millis, this::start);
        }
    }

    void grantBelow() {
        arrive(process, () -> {
            below.granted(new Lease(promises.highest().next(), LeaseDeadline.UNTIL_LOST));
            election.tick();
        });
    }

    void loseBelow() {
        arrive(process, () -> below.lost("a test"));
    }

    void handOffTo(String successor) {
        arrive(process, () -> {
            if (open) {
                resign(successor);
            }
        });
    }

    /** As if a stream had told of a promise that is not known whose. */
    void suspectSomebody() {
        arrive(process, () -> heardPromise(promises.highest().next()));
    }

    private void heardPromise(Epoch heard) {
        if (heard.isAfter(promises.highest())) {
            promises.set(heard.value(), "");
        }
        standDownBelow(heard);
    }

    private void standDownBelow(Epoch epoch) {
        if (lease != null && epoch.isAfter(lease.epoch())) {
            resign("");
        }
    }

    private void resign(String successor) {
        Lease held = lease;
        open = false;
        lease = null;
        if (held != null && election.revoke(held.epoch())) {
            election.resign(held.epoch(), successor, Duration.ofMillis(successor.isEmpty() ? 0 : 1_000));
        }
    }

    /** As a node that ends a tenure late: the thread of the election may have begun the next one. */
    void endsTenure(long epoch) {
        if (election.revoke(new Epoch(epoch))) {
            election.resign(new Epoch(epoch), "", Duration.ZERO);
        }
    }

    /** Whether a primary that leads in this epoch can send this node anything. */
    boolean canFollow(long epoch, String leader) {
        return down || promises.isPromisedTo(new Epoch(epoch), leader);
    }

    long epochLed() {
        return open && lease != null ? lease.epoch().value() : 0;
    }

    /** As if another candidate had begun the epoch of the leader, and this node had been asked by that one first. */
    void hasPromisedToAnother(long epoch, String candidate) {
        promises.set(epoch, candidate);
    }

    private boolean promise(Epoch epoch, String candidate) {
        try {
            allegiance.promise(epoch, candidate);
        } catch (IOException refused) {
            return false;
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
        standDownBelow(epoch);
        return true;
    }

    @Override
    public void granted(Lease granted) {
        lease = granted;
        open = false;
        promised = new HashSet<>();
        if (!promise(granted.epoch(), name())) {
            resign("");
            return;
        }
        count(granted, name());
        int asking = process;
        cluster.after(2_000, () -> arrive(asking, () -> giveUp(granted)));
        for (Member peer : others()) {
            var ignored = cluster.call(this, peer.nodeName(), asked -> asked.promise(granted.epoch(), name()))
                    .thenAccept(yes -> {
                        if (yes) {
                            count(granted, peer.nodeName());
                        }
                    });
        }
    }

    private void count(Lease asked, String voter) {
        promised.add(voter);
        if (asked == lease && !open && terms.isMajority(promised)) {
            int now = process;
            cluster.after(cluster.random().nextInt(200), () -> arrive(now, () -> openFor(asked)));
        }
    }

    /** As an election that a majority has not answered in time. */
    private void giveUp(Lease asked) {
        if (asked == lease && !open) {
            resign("");
        }
    }

    private void openFor(Lease asked) {
        if (asked == lease && !open && promises.isPromisedTo(asked.epoch(), name())) {
            open = true;
            cluster.opened(this, asked.epoch().value());
        }
    }

    @Override
    public void lost(String reason) {
        open = false;
        lease = null;
    }

    @Override
    public void heldBy(LeaseHolder holder) {
        try { // as the stream of a primary that leads
            if (!promises.isPromisedTo(holder.epoch(), holder.nodeName())) {
                promises.promise(holder.epoch(), holder.nodeName());
            }
        } catch (IOException over) {
            lease = null; // it has promised more, which that node will hear
        }
    }

    @Override
    public List<Member> others() {
        return cluster.members().stream()
                .filter(member -> !member.nodeName().equals(name()))
                .toList();
    }

    @Override
    public CompletableFuture<BeatReply> send(Member peer, Beat beat) {
        return cluster.call(this, peer.nodeName(), asked -> asked.answer(beat));
    }

    private BeatReply answer(Beat beat) {
        boolean agrees = switch (beat.kind()) {
            case CANVASSING -> allegiance.wouldPromise(beat.epoch(), beat.node());
            case ACQUIRING, LEADING -> allegiance.heard(beat.epoch(), beat.node());
            case RELEASED -> {
                allegiance.released(beat.epoch(), beat.node());
                yield false;
            }
        };
        election.heard(beat, agrees);
        Epoch highest = promises.highest();
        return new BeatReply(name(), highest, promises.promisedTo(highest), agrees, allegiance.follows(), "");
    }

    /** The model grants and takes by itself. */
    private static final class NoProvider implements LeaseProvider {
        @Override
        public void start(Candidate self, LeaseListener listener) {}

        @Override
        public List<Member> members() {
            return List.of();
        }

        @Override
        public void resign(String successor, Duration pause) {}

        @Override
        public void confirm() {}

        @Override
        public String describe() {
            return "none";
        }

        @Override
        public void close() {}
    }
}
