package io.replsqlite.server.majority;

import io.replsqlite.base.ClockReading;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.Member;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node follows, and when it tries to lead. Confined to the thread of its executor, but for {@link #revoke}.
 *
 * <p>It tries when the lease below was granted to it, or when it votes, stands, and has heard no primary for the voters'
 * patience and a random while; never in a cluster that never had an epoch, which only the lease below can begin. First it
 * canvasses; with a majority it tells its listener that the lease is granted, and the node's election takes its course.
 */
final class MajorityElection {
    private static final Logger LOG = System.getLogger(MajorityElection.class.getName());

    /** How long a holder below that must not lead leaves it to the one who does. */
    private static final Duration LEFT_TO_THE_LEADER = Duration.ofSeconds(2);

    private final MajorityTerms terms;
    private final Candidate self;
    private final PromiseStore promises;
    private final Allegiance allegiance;
    private final Peers peers;
    private final LeaseListener listener;
    private final LeaseBelow below;
    private final Executor thread;
    private final MonotonicClock clock;
    private final RandomGenerator random;

    private volatile @Nullable MajorityTenure tenure;
    private volatile @Nullable String obstacle;
    private @Nullable Canvass canvass;
    private String objection = "";
    private @Nullable LeaseHolder leader;
    private Epoch highestHeard = Epoch.NONE;
    private Deadline leaderIsFresh;
    private Deadline quiet;
    private Deadline pause;

    MajorityElection(
            MajorityTerms terms,
            Candidate self,
            PromiseStore promises,
            Allegiance allegiance,
            Peers peers,
            LeaseListener listener,
            LeaseBelow below,
            Executor thread,
            MonotonicClock clock,
            RandomGenerator random) {
        this.terms = terms;
        this.self = self;
        this.promises = promises;
        this.allegiance = allegiance;
        this.peers = peers;
        this.listener = listener;
        this.below = below;
        this.thread = thread;
        this.clock = clock;
        this.random = random;
        this.leaderIsFresh = in(Duration.ZERO);
        this.pause = leaderIsFresh;
        this.quiet = in(terms.patience().plus(aWhile()));
    }

    private Deadline in(Duration wait) {
        return Deadline.after(wait, clock);
    }

    /** So that two voters rarely try at one moment. */
    private Duration aWhile() {
        return Duration.ofNanos(random.nextLong(terms.patience().toNanos() / 4 + 1));
    }

    /** One look at the clock, one step. Called several times a beat. */
    void tick() {
        MajorityTenure held = tenure;
        Canvass asking = canvass;
        if (held != null) {
            goOn(held);
        } else if (asking != null) {
            settle(asking);
        } else if (!leaderIsFresh.hasPassed()) {
            passOn(leader);
        } else if (mayTry()) {
            canvass();
        }
    }

    /** While a primary is heard, a lease below that was granted here is its own: whoever looks there shall find it. */
    private void passOn(@Nullable LeaseHolder heard) {
        if (heard != null && below.isHeld()) {
            below.leaveTo(heard.nodeName(), LEFT_TO_THE_LEADER);
        }
    }

    private boolean mayTry() {
        boolean mayBegin = below.isHeld() || (isElector() && quiet.hasPassed());
        return mayBegin && pause.hasPassed() && !allegiance.isBoundAgainst(self.nodeName());
    }

    private boolean isElector() {
        return terms.isVoter() && self.stands() && promises.highest().isAfter(Epoch.NONE);
    }

    private void canvass() {
        Epoch epoch = nextEpoch();
        boolean ownVote = terms.isVoter() && allegiance.wouldPromise(epoch, self.nodeName());
        Canvass asking = new Canvass(terms, epoch, ownVote, in(terms.patience().dividedBy(2)));
        canvass = asking;
        for (Member peer : peers.others()) {
            if (terms.voters().contains(peer.nodeName())) {
                var ignored = peers.send(peer, beat(Beat.Kind.CANVASSING, epoch, ""))
                        .whenComplete((reply, failure) -> thread.execute(() -> answered(asking, reply)));
            }
        }
        settle(asking);
    }

    private Epoch nextEpoch() {
        return max(max(promises.highest(), highestHeard).next(), below.epoch());
    }

    private static Epoch max(Epoch one, Epoch other) {
        return one.isAfter(other) ? one : other;
    }

    private Beat beat(Beat.Kind kind, Epoch epoch, String successor) {
        return new Beat(kind, epoch, self.nodeName(), self.url(), successor, terms.voting());
    }

    /** @param reply null if there was none */
    private void answered(Canvass asking, @Nullable BeatReply reply) {
        if (reply != null && asking == canvass) {
            highestHeard = max(highestHeard, reply.promised());
            asking.answered(reply);
            settle(asking);
        }
    }

    private void settle(Canvass asking) {
        if (asking.isWon()) {
            canvass = null;
            begin(asking.epoch());
        } else if (asking.isOver()) {
            canvass = null;
            giveWay(asking);
        }
    }

    /** The one who is followed gets the lease below too, so that it is found there. */
    private void giveWay(Canvass asking) {
        String why = asking.whyNot();
        if (!why.equals(obstacle)) {
            LOG.log(Level.INFO, "this node does not lead: {0}", why);
            obstacle = why;
        }
        if (below.isHeld() && !asking.follows().isEmpty()) {
            below.leaveTo(asking.follows(), LEFT_TO_THE_LEADER);
        }
        pause = in(terms.beatInterval().plus(aWhile()));
    }

    private void begin(Epoch epoch) {
        MajorityTenure begun = new MajorityTenure(terms, epoch, clock);
        LOG.log(Level.INFO, "a majority of the voters would promise epoch {0} to this node", epoch);
        obstacle = null;
        leader = null;
        highestHeard =
                max(highestHeard, epoch); // begun once, even if this node's own promise fails and is stored nowhere
        tenure = begun;
        listener.granted(new Lease(epoch, begun.deadline()));
        goOn(begun);
    }

    private void goOn(MajorityTenure held) {
        if (held.deadline().isRevoked()) {
            return; // the node resigns, and its words are on their way to this thread
        }
        if (held.deadline().hasPassed()) {
            end(held, "no majority of the voters has answered in time");
        } else if (held.isBeatDue()) {
            sendBeats(held);
        }
    }

    private void sendBeats(MajorityTenure held) {
        held.beats();
        if (allegiance.heard(held.epoch(), self.nodeName()) && held.agreed(self.nodeName(), ClockReading.now(clock))) {
            obstacle = null;
        }
        ClockReading sent = ClockReading.now(clock);
        for (Member peer : peers.others()) {
            if (held.mayCall(peer.nodeName())) {
                var ignored = peers.send(peer, beat(held.kind(), held.epoch(), ""))
                        .whenComplete(
                                (reply, failure) -> thread.execute(() -> answered(held, peer.nodeName(), reply, sent)));
            }
        }
    }

    /** @param reply null if there was none */
    private void answered(MajorityTenure held, String node, @Nullable BeatReply reply, ClockReading sent) {
        held.called(node);
        if (reply == null || held != tenure) {
            return;
        }
        noteObjection(reply);
        if (reply.promised().isAfter(held.epoch())) {
            highestHeard = max(highestHeard, reply.promised());
            promises.heard(reply.promised()); // the node stands down, and resigns here
        } else if (held.isLeading() && hasPromisedItToAnother(reply, held.epoch())) {
            LOG.log(
                    Level.WARNING,
                    "node {0} has promised epoch {1} to node {2} and can never follow in it: one more election",
                    node,
                    held.epoch(),
                    reply.promisedTo());
            promises.heard(held.epoch().next());
        } else if (reply.agrees() && reply.node().equals(node) && held.agreed(node, sent)) {
            sendBeats(held); // that it leads must not wait for the next
        }
    }

    /** Two candidates have begun one epoch, and that node is with the other one: it refuses every record of this one. */
    private boolean hasPromisedItToAnother(BeatReply reply, Epoch epoch) {
        return reply.promised().equals(epoch)
                && !reply.promisedTo().isEmpty()
                && !reply.promisedTo().equals(self.nodeName());
    }

    private void noteObjection(BeatReply reply) {
        if (!reply.objection().isEmpty() && !reply.objection().equals(objection)) {
            objection = reply.objection();
            LOG.log(Level.WARNING, "a vote does not count: {0}", objection);
        }
    }

    /** Nothing is acknowledged in this epoch any more, so the voters are free. */
    private void end(MajorityTenure held, String why) {
        held.deadline().revoke();
        tenure = null;
        var ignored = release(held.epoch(), "");
        if (below.isHeld()) {
            below.leaveTo("", terms.patience());
        }
        listener.lost(why);
    }

    /**
     * While this node's own promise is stored nowhere, the epoch may be begun once more after a restart, and a late word of
     * this tenure must not free the voters of that one: those that are bound already wait until they miss this node.
     */
    private List<CompletableFuture<BeatReply>> release(Epoch epoch, String successor) {
        allegiance.released(epoch, self.nodeName());
        quiet = in(terms.patience().plus(aWhile()));
        if (epoch.isAfter(promises.highest())) {
            return List.of();
        }
        List<CompletableFuture<BeatReply>> told = new ArrayList<>();
        for (Member peer : peers.others()) {
            told.add(peers.send(peer, beat(Beat.Kind.RELEASED, epoch, successor)));
        }
        return told;
    }

    /** What a beat changes here, besides the answer to it. */
    void heard(Beat beat, boolean agrees) {
        highestHeard = max(highestHeard, beat.kind() == Beat.Kind.CANVASSING ? Epoch.NONE : beat.epoch());
        leaveCanvassTo(beat);
        switch (beat.kind()) {
            case CANVASSING -> stayQuiet(agrees, terms.patience().dividedBy(2));
            case ACQUIRING -> stayQuiet(agrees, terms.patience());
            case LEADING -> {
                stayQuiet(agrees, terms.patience());
                leads(new LeaseHolder(beat.node(), beat.url(), beat.epoch()));
            }
            case RELEASED -> isFree(beat);
        }
    }

    /** Two that begin one epoch cost an election more: who has begun it goes first, then the lower name. */
    private void leaveCanvassTo(Beat beat) {
        Canvass asking = canvass;
        boolean comesFirst = beat.kind() == Beat.Kind.ACQUIRING
                || (beat.kind() == Beat.Kind.CANVASSING && beat.node().compareTo(self.nodeName()) < 0);
        if (asking != null && comesFirst && beat.epoch().equals(asking.epoch())) {
            canvass = null;
            pause = in(terms.beatInterval().plus(aWhile()));
        }
    }

    private void stayQuiet(boolean agrees, Duration time) {
        if (agrees) {
            quiet = in(time.plus(aWhile()));
        }
    }

    private void leads(LeaseHolder heard) {
        if (promises.highest().isAfter(heard.epoch())) {
            return; // it hears so by the answer
        }
        MajorityTenure held = tenure;
        if (held != null && heard.epoch().isAfter(held.epoch())) {
            end(held, "node " + heard.nodeName() + " leads in epoch " + heard.epoch());
        } else if (held != null) {
            return;
        }
        leaderIsFresh = in(terms.patience());
        if (!heard.equals(leader)) {
            leader = heard;
            obstacle = null;
            listener.heldBy(heard);
        }
    }

    private void isFree(Beat released) {
        LeaseHolder known = leader;
        if (known != null && !isEndOf(known, released)) {
            return; // whom this node follows has said nothing of the kind
        }
        leader = null;
        leaderIsFresh = in(Duration.ZERO);
        boolean isNext = released.successor().equals(self.nodeName());
        boolean anybody = released.successor().isEmpty();
        quiet = in(
                isNext ? Duration.ZERO : anybody ? aWhile() : terms.patience().plus(aWhile()));
        pause = isNext ? in(Duration.ZERO) : pause;
        if (isNext) {
            tick(); // writers wait
        }
    }

    /** Once a leader is not heard any more, another one's word does as well. */
    private boolean isEndOf(LeaseHolder known, Beat released) {
        boolean isItself = known.nodeName().equals(released.node());
        return (isItself || leaderIsFresh.hasPassed()) && !known.epoch().isAfter(released.epoch());
    }

    /**
     * The lease below says so; the beats of a primary count for more. Its epochs are those of the lease below, which may be
     * ahead of the tenure that a primary has by its majority: only where to ask is taken from it.
     */
    void heldBelow(LeaseHolder holder) {
        if (tenure == null && leaderIsFresh.hasPassed()) {
            leader = null;
            stayQuiet(true, terms.patience()); // it tries first
            listener.heldBy(holder.inUnknownEpoch());
        }
    }

    /** Any thread: nothing is acknowledged from now on; {@link #resign} follows. @return whether there was a tenure */
    boolean revoke() {
        MajorityTenure held = tenure;
        if (held != null) {
            held.deadline().revoke();
        }
        return held != null;
    }

    /** The same of this tenure alone. Any thread. @return whether there is no other one */
    boolean revoke(Epoch epoch) {
        MajorityTenure held = tenure;
        boolean isIt = held != null && held.epoch().equals(epoch);
        if (held != null && isIt) {
            held.deadline().revoke();
        }
        return held == null || isIt;
    }

    /** That tenure, unless another has begun. */
    void resign(Epoch epoch, String successor, Duration atLeast) {
        MajorityTenure held = tenure;
        if (held == null || held.epoch().equals(epoch)) {
            var ignored = resign(successor, atLeast);
        }
    }

    /** Without a word to the listener. @return what is under way to the others */
    List<CompletableFuture<BeatReply>> resign(String successor, Duration atLeast) {
        MajorityTenure held = tenure;
        pause = in(atLeast);
        if (held == null) {
            return List.of();
        }
        tenure = null;
        return release(held.epoch(), successor);
    }

    /** Whether this node leads by its majority. Any thread. */
    boolean leads() {
        return tenure != null;
    }

    /** Why it does not, if it has tried. Any thread. */
    @Nullable
    String obstacle() {
        return obstacle;
    }
}
