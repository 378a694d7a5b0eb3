package io.replsqlite.session;

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

    ReplicaView(StatusPageReader page, MonotonicClock clock) {
        this.page = page;
        this.clock = clock;
    }

    boolean isReadable() {
        return page.isReadable();
    }

    boolean isLeading() {
        return page.isLeading();
    }

    /** What the replica file shows at least; false if the page is torn for good. */
    boolean look() {
        return page.readApplied(shown);
    }

    /** As of the last {@link #look}. */
    AppliedPosition shown() {
        return shown;
    }

    /** Whether the file showed a position, as of the last {@link #look}, its epoch being part of the history. */
    boolean shows(long epoch, long txid) {
        return shown.epoch() >= epoch && shown.txid() >= txid;
    }

    boolean isFresh(ReadRule rule) {
        Duration bound = rule.freshness();
        if (bound == null) {
            return true;
        }
        long ageNanos = ageNanos();
        return ageNanos >= 0 && ageNanos <= bound.toNanos();
    }

    /** Whether waiting can help: nothing but the primary's own file is ever of this very moment. */
    boolean canGetFresh(@Nullable Duration bound) {
        return bound == null || !bound.isZero() || isLeading();
    }

    /** How old, at most, what a local read sees now is; -1 if that is not known. */
    long ageNanos() {
        long now = clock.nanoTime();
        if (page.isLeading()
                && page.leaseDeadlineNanos() != StatusSnapshot.NEVER
                && now - page.leaseDeadlineNanos() < 0) {
            return 0;
        }
        long freshAsOf = page.freshAsOfNanos();
        return freshAsOf == StatusSnapshot.NEVER ? -1 : Math.max(0, now - freshAsOf);
    }

    String whyNotFresh(@Nullable Duration bound) {
        long allowedMillis = bound == null ? 0 : bound.toMillis();
        long ageNanos = ageNanos();
        return ageNanos < 0
                ? "the replica has not heard of the primary yet, allowed are " + allowedMillis + " ms"
                : "what the replica shows is " + ageNanos / 1_000_000 + " ms old, allowed are " + allowedMillis;
    }
}
