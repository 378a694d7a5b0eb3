package io.replsqlite.server.majority;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import java.io.IOException;

/**
 * The voter's half of the rule: whom this node keeps faith with. Every promise to a candidate goes through here, so that
 * none is given between a sign of life and its time. A node that does not vote is never bound.
 *
 * <p>Safe for any thread; a promise is written under the lock.
 */
public final class Allegiance {
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
        return !isBoundAgainst(candidate) && !promises.highest().isAfter(epoch);
    }

    /**
     * Stores the promise, and is bound to the candidate from then on.
     *
     * @throws BoundException if this node is bound to another
     * @throws IOException if a promise stands against it
     */
    public synchronized void promise(Epoch epoch, String candidate) throws IOException {
        if (isBoundAgainst(candidate)) {
            throw new BoundException(self, followed, candidate);
        }
        promises.promise(epoch, candidate);
        bindTo(candidate);
    }

    /** A sign of life. @return whether this node has promised that node that epoch, and counts for it */
    synchronized boolean heard(Epoch epoch, String node) {
        boolean promised = promises.isPromisedTo(epoch, node);
        if (promised) {
            bindTo(node);
        }
        return promised;
    }

    @GuardedBy("this")
    private void bindTo(String node) {
        followed = node;
        heardAtNanos = clock.nanoTime();
        released = false;
    }

    /** That node has acknowledged its last write in this epoch. */
    synchronized void released(Epoch epoch, String node) {
        if (promises.isPromisedTo(epoch, node)) {
            released = true;
        }
    }
}
