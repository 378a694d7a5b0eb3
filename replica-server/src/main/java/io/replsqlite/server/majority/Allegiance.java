package io.replsqlite.server.majority;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The voter's half of the rule: whom this node keeps faith with. Every promise to a candidate goes through here, so that
 * none is given between a sign of life and its time. A node that does not vote is never bound.
 *
 * <p>Safe for any thread. A promise is written without the lock, as a disk may not answer: meanwhile no sign of life
 * counts, so that it is given to one node or kept from it, and other candidates wait for a moment.
 */
public final class Allegiance {
    /** As long as a candidate waits for an answer. */
    private static final Duration TURN = Duration.ofSeconds(2);

    private final String self;
    private final PromiseStore promises;
    private final long patienceNanos;
    private final MonotonicClock clock;

    /** The node heard last; empty if that was before the start, and its name was not kept. */
    @GuardedBy("this")
    private String followed = "";

    @GuardedBy("this")
    private long heardAtNanos;

    @GuardedBy("this")
    private boolean released;

    /** A promise is being written. */
    @GuardedBy("this")
    private boolean deciding;

    /** Who has ended its epoch while the promise of it was being written here; null if nobody has. */
    @GuardedBy("this")
    private @Nullable Released releasedMeanwhile;

    private record Released(Epoch epoch, String node) {}

    /** Counts the promises that were written, or not. */
    private final PositionGate decided = new PositionGate(Txid.ZERO);

    /** What a node that starts may have said just before it ended binds it still; one that never promised said nothing. */
    public Allegiance(MajorityTerms terms, PromiseStore promises, MonotonicClock clock) {
        this.self = terms.self();
        this.promises = promises;
        this.patienceNanos = terms.isVoter() ? terms.patience().toNanos() : 0;
        this.clock = clock;
        this.heardAtNanos = clock.nanoTime();
        this.released = promises.highest().equals(Epoch.NONE);
    }

    /** Whom this node is bound to; empty if it is free, or does not know. */
    synchronized String follows() {
        return isBound() ? followed : "";
    }

    /** Whether another node than this candidate was heard too recently. */
    synchronized boolean isBoundAgainst(String candidate) {
        return isBound() && !candidate.equals(followed);
    }

    @GuardedBy("this")
    private boolean isBound() {
        return !released && clock.nanoTime() - heardAtNanos < patienceNanos;
    }

    /** Whether {@link #promise} would succeed now. */
    synchronized boolean wouldPromise(Epoch epoch, String candidate) {
        return !isBoundAgainst(candidate) && epoch.isAfter(promises.highest());
    }

    /** Whether {@link #promise} of this epoch, which may be promised to the candidate already, can fail by the disk alone. */
    public synchronized boolean mayPromise(Epoch epoch, String candidate) {
        String promisedTo = promises.promisedTo(epoch);
        return !isBoundAgainst(candidate)
                && !promises.highest().isAfter(epoch)
                && (promisedTo.isEmpty() || promisedTo.equals(candidate));
    }

    /**
     * Stores the promise, and is bound to the candidate from then on.
     *
     * @throws BoundException if this node is bound to another, or has been writing another promise for too long
     * @throws IOException if a promise stands against it
     */
    public void promise(Epoch epoch, String candidate) throws IOException, InterruptedException {
        begin(candidate);
        boolean kept = false;
        try {
            promises.promise(epoch, candidate);
            kept = true;
        } finally {
            end(candidate, kept);
        }
    }

    private void begin(String candidate) throws BoundException, InterruptedException {
        Deadline turn = Deadline.after(TURN, clock);
        long seen = decided.currentValue();
        while (!tryBegin(candidate)) {
            if (!decided.await(seen + 1, turn)) {
                throw new BoundException("Node " + self + " has been writing a promise for " + TURN.toSeconds()
                        + " s; its disk may not answer. Nothing was promised to node " + candidate + " now.");
            }
            seen = decided.currentValue();
        }
    }

    private synchronized boolean tryBegin(String candidate) throws BoundException {
        if (deciding) {
            return false;
        }
        if (isBoundAgainst(candidate)) {
            throw new BoundException(self, followed, candidate);
        }
        deciding = true;
        releasedMeanwhile = null;
        return true;
    }

    private void end(String candidate, boolean kept) {
        synchronized (this) {
            deciding = false;
            if (kept) {
                bindTo(candidate);
            }
            Released meanwhile = releasedMeanwhile;
            released |= meanwhile != null && promises.isPromisedTo(meanwhile.epoch, meanwhile.node);
        }
        decided.advance(decided.currentValue() + 1);
    }

    /** A sign of life. @return whether this node has promised that node that epoch, and counts for it */
    synchronized boolean heard(Epoch epoch, String node) {
        boolean counts = !deciding && promises.isPromisedTo(epoch, node);
        if (counts) {
            bindTo(node);
        }
        return counts;
    }

    @GuardedBy("this")
    private void bindTo(String node) {
        followed = node;
        heardAtNanos = clock.nanoTime();
        released = false;
    }

    /** That node has acknowledged its last write in this epoch. */
    synchronized void released(Epoch epoch, String node) {
        if (deciding) {
            releasedMeanwhile = new Released(epoch, node);
        } else if (promises.isPromisedTo(epoch, node)) {
            released = true;
        }
    }
}
