package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import org.jspecify.annotations.Nullable;

/**
 * Who is the primary, as far as this node knows: itself, by its lease; the node that the lease names; or the one that has
 * this node's promise and is about to lead. Changed on the role thread, but for {@link #isAnnounced}; read by any.
 */
final class KnownPrimary {
    private final RoleMachine machine;

    /** Moved whenever the role changes, or it becomes known who leads. */
    private final PositionGate news = new PositionGate(Txid.ZERO);

    private volatile @Nullable Lease lease;
    private volatile @Nullable LeaseHolder holder;
    private volatile @Nullable LeaseHolder successor;

    /** What the lease has said and the role thread has not come to yet. */
    private volatile @Nullable LeaseHolder announced;

    KnownPrimary(RoleMachine machine) {
        this.machine = machine;
    }

    /** The lease, while this node holds one. */
    @Nullable
    Lease lease() {
        return lease;
    }

    /** The other node that holds the lease. */
    @Nullable
    LeaseHolder holder() {
        return holder;
    }

    /** The other node that holds the lease, or is about to. */
    @Nullable
    LeaseHolder other() {
        LeaseHolder newest = announced;
        if (newest != null && lease == null) {
            return newest;
        }
        LeaseHolder known = holder;
        return known == null ? successor : known;
    }

    void isThisNode(Lease granted) {
        is(null);
        lease = granted;
    }

    /** This node holds no lease any more; who will is not known yet. */
    void isNotThisNode() {
        lease = null;
        tell();
    }

    /** @param newHolder null if nobody is known */
    void is(@Nullable LeaseHolder newHolder) {
        lease = null;
        holder = newHolder;
        successor = null;
        announced = null;
        tell();
    }

    /**
     * The lease says so. Any thread: while the role thread waits for the disk that made this node give its own lease up,
     * callers are sent on all the same.
     */
    void isAnnounced(LeaseHolder newHolder) {
        announced = newHolder;
        tell();
    }

    /** Callers that are held here can go on to this node, which holds them until it leads. */
    void isAboutToBe(LeaseHolder candidate) {
        if (lease == null && holder == null) {
            successor = candidate;
            tell();
        }
    }

    /** Something has changed for those who wait. */
    void tell() {
        news.advance(news.currentValue() + 1);
    }

    /** Counts what has changed, for {@link #awaitNews}. */
    long newsSeen() {
        return news.currentValue();
    }

    /** Waits for the next change after those that were seen. @return whether there was one before the deadline */
    boolean awaitNews(long seen, Deadline deadline) throws InterruptedException {
        return news.await(seen + 1, deadline);
    }

    /** Waits until this node leads, or knows who does, or has failed. */
    void await(Deadline deadline) throws InterruptedException {
        long seen = newsSeen();
        while (isOpen() && awaitNews(seen, deadline)) {
            seen = newsSeen();
        }
    }

    private boolean isOpen() {
        return switch (machine.role()) {
            case LEADING, FAILED -> false;
            case ACQUIRING -> true;
            case NONE, FOLLOWER, DRAINING -> other() == null;
        };
    }
}
