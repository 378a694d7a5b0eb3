package io.replsqlite.server.majority;

import io.replsqlite.base.ClockReading;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import java.util.HashSet;
import java.util.Set;

/** A tenure of this node, from the beginning of its election. For one thread, but for its deadline. */
final class MajorityTenure {
    private final MajorityTerms terms;
    private final Epoch epoch;
    private final MajorityDeadline deadline;
    private final MonotonicClock clock;
    private final Set<String> underWay = new HashSet<>();
    private final Set<String> agreed = new HashSet<>();
    private Deadline nextBeat;

    MajorityTenure(MajorityTerms terms, Epoch epoch, MonotonicClock clock) {
        this.terms = terms;
        this.epoch = epoch;
        this.clock = clock;
        this.deadline = new MajorityDeadline(terms, ClockReading.now(clock), clock);
        this.nextBeat = Deadline.afterMillis(0, clock);
    }

    Epoch epoch() {
        return epoch;
    }

    /** For any thread. */
    MajorityDeadline deadline() {
        return deadline;
    }

    boolean isBeatDue() {
        return nextBeat.hasPassed();
    }

    void beats() {
        nextBeat = Deadline.after(terms.beatInterval(), clock);
    }

    /** One call to a node at a time: a paused one must not be sent a heap of them. @return whether there is none */
    boolean mayCall(String node) {
        return underWay.add(node);
    }

    void called(String node) {
        underWay.remove(node);
    }

    /** @return whether this completes the first majority */
    boolean agreed(String node, ClockReading beatSent) {
        deadline.answered(node, beatSent);
        boolean before = isLeading();
        agreed.add(node);
        return !before && isLeading();
    }

    /** Whether a majority has promised this epoch: from now on others may follow. */
    boolean isLeading() {
        return terms.isMajority(agreed);
    }

    Beat.Kind kind() {
        return isLeading() ? Beat.Kind.LEADING : Beat.Kind.ACQUIRING;
    }
}
