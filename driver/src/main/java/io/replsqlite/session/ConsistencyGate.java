package io.replsqlite.session;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.status.StatusPageReader;
import io.replsqlite.status.StatusSnapshot;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whether a local read may start now: the replica is usable, shows what the read must see, and is fresh enough. When all
 * of that holds, asking costs three reads of mapped memory.
 */
final class ConsistencyGate {
    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;

    private final StatusPageReader page;
    private final @Nullable Duration bound;
    private final long boundNanos;
    private final Duration wait;
    private final MonotonicClock clock;

    ConsistencyGate(StatusPageReader page, @Nullable Duration bound, Duration wait, MonotonicClock clock) {
        this.page = page;
        this.bound = bound;
        this.boundNanos = bound == null ? 0 : bound.toNanos();
        this.wait = wait;
        this.clock = clock;
    }

    /** Waits, parked, until the read may start or the time for waiting is over. @return whether it may start */
    boolean await(long txid) {
        return isOpen(txid) || awaitClosed(txid);
    }

    boolean isOpen(long txid) {
        return page.isReadable() && page.appliedTxid() >= txid && isFresh();
    }

    private boolean isFresh() {
        return bound == null || (ageNanos() >= 0 && ageNanos() <= boundNanos);
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

    private boolean awaitClosed(long txid) {
        Deadline deadline = Deadline.after(wait, clock);
        long pauseNanos = FIRST_PAUSE_NANOS;
        while (!isOpen(txid)) {
            long left = deadline.remainingNanos();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(left, pauseNanos));
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    String whyClosed(long txid) {
        if (!page.isReadable()) {
            return "the replica is not usable";
        }
        return page.appliedTxid() < txid
                ? "the replica shows transaction " + page.appliedTxid() + ", the read must see " + txid
                : "what the replica shows is " + ageNanos() / 1_000_000 + " ms old, allowed are "
                        + boundNanos / 1_000_000;
    }
}
