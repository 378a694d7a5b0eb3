package io.replsqlite.session;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.config.ReadRule;
import io.replsqlite.status.AppliedPosition;
import io.replsqlite.status.StatusPageReader;
import io.replsqlite.status.StatusSnapshot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the status page says of the replica file now: a few reads of mapped memory, no allocation. */
final class ReplicaView {
    private final StatusPageReader page;
    private final MonotonicClock clock;
    private final AppliedPosition shown = new AppliedPosition();
    private boolean looked;
    private boolean measured;
    private long measuredAtNanos;
    private long ageNanos;

    ReplicaView(StatusPageReader page, MonotonicClock clock) {
        this.page = page;
        this.clock = clock;
    }

    boolean isReadable() {
        return page.isReadable();
    }

    /** Whether all that a snapshot taken before this call shows is committed. */
    boolean showsOnlyCommitted() {
        return page.showsOnlyCommitted();
    }

    /**
     * As {@link #showsOnlyCommitted}, of a snapshot that was taken earlier.
     *
     * @param visible what the file could show then
     */
    boolean isCommitted(long visible) {
        return page.committedTxid() >= visible || page.showsOnlyCommitted() || DeliberateBug.UNCOMMITTED_SHOWN.isMade();
    }

    /** Whether a snapshot taken now may show what can still be lost. */
    boolean mayShowUncommitted() {
        return page.visibleTxid() != 0 && (page.isLeading() || !page.showsOnlyCommitted());
    }

    long visibleTxid() {
        return page.visibleTxid();
    }

    long epoch() {
        return page.epoch();
    }

    boolean isLeading() {
        return page.isLeading();
    }

    /** What the replica file shows at least; false if the page does not tell now. */
    boolean look() {
        looked = true;
        return page.readApplied(shown);
    }

    /** As of the last {@link #look}, for this read or an earlier one. */
    AppliedPosition shown() {
        return shown;
    }

    /** What the replica file shows at least when this read starts. */
    AppliedPosition shownToThisRead() {
        if (!looked) {
            // A torn page leaves what was shown earlier, which a sound file still shows.
            boolean ignored = look();
        }
        return shown;
    }

    /** Whether the file showed a position, as of the last {@link #look}, its epoch being part of the history. */
    boolean shows(long epoch, long txid) {
        return shown.epoch() >= epoch && shown.txid() >= txid;
    }

    boolean isFresh(ReadRule rule) {
        Duration bound = rule.freshness();
        if (bound == null || DeliberateBug.BOUND_IGNORED.isMade()) {
            return true;
        }
        measure();
        return ageNanos >= 0 && ageNanos <= bound.toNanos();
    }

    /** Whether waiting can help: nothing but the primary's own file is ever of this very moment. */
    boolean canGetFresh(@Nullable Duration bound) {
        return bound == null || !bound.isZero() || isLeading();
    }

    /** Looks at the clock, once for a whole read: that is what costs most here. */
    private void measure() {
        long now = clock.nanoTime();
        long leaseDeadline = page.isLeading() ? page.leaseDeadlineNanos() : StatusSnapshot.NEVER;
        long freshAsOf = page.freshAsOfNanos();
        if (leaseDeadline != StatusSnapshot.NEVER && now - leaseDeadline < 0) {
            ageNanos = 0;
        } else {
            ageNanos = freshAsOf == StatusSnapshot.NEVER ? -1 : Math.max(0, now - freshAsOf);
        }
        measuredAtNanos = now;
        measured = true;
    }

    /** How old, at most, what a local read sees was when that was measured for this read; -1 if it is not known. */
    long ageNanos() {
        if (!measured) {
            measure();
        }
        return ageNanos;
    }

    /** When {@link #ageNanos} was measured. */
    long measuredAtNanos() {
        return measuredAtNanos;
    }

    /** The next read looks and measures anew. */
    void forget() {
        measured = false;
        looked = false;
    }

    String whyNotFresh(@Nullable Duration bound) {
        long allowedMillis = bound == null ? 0 : bound.toMillis();
        measure();
        return ageNanos < 0
                ? "the replica has not heard of the primary yet, allowed are " + allowedMillis + " ms"
                : "what the replica shows is " + ageNanos / 1_000_000 + " ms old, allowed are " + allowedMillis;
    }
}
