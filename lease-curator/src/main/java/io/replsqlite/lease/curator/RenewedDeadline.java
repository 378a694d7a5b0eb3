package io.replsqlite.lease.curator;

import io.replsqlite.base.ClockReading;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.LeaseDeadline;
import java.time.Duration;

/**
 * Ends a margin before ZooKeeper can end the session: the send time of the last successful write, plus the session
 * timeout, less the larger of a second and a tenth.
 *
 * <p>The larger of what both clocks say has elapsed counts ({@link ClockReading}): a machine may have been suspended. A
 * wall clock set forward costs at most this tenure.
 */
final class RenewedDeadline implements LeaseDeadline {
    private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(1);

    private final MonotonicClock clock;
    private final long validNanos;
    private volatile ClockReading lastWrite;
    private volatile boolean revoked;

    RenewedDeadline(ClockReading firstWrite, Duration sessionTimeout, MonotonicClock clock) {
        this.clock = clock;
        this.lastWrite = firstWrite;
        Duration tenth = sessionTimeout.dividedBy(10);
        Duration margin = tenth.compareTo(SMALLEST_MARGIN) > 0 ? tenth : SMALLEST_MARGIN;
        this.validNanos = Math.max(0, sessionTimeout.minus(margin).toNanos());
    }

    /** A write that left then has succeeded. */
    void renewed(ClockReading write) {
        lastWrite = write;
    }

    /** The tenure is over; from now on the deadline has passed. */
    void revoke() {
        revoked = true;
    }

    boolean hasPassed() {
        return hasPassed(clock.nanoTime());
    }

    @Override
    public long atNanos() {
        ClockReading sent = lastWrite;
        if (!revoked && DeliberateBug.LEASE_DEADLINE_IGNORED.isMade()) {
            return Long.MAX_VALUE;
        }
        return revoked ? sent.nanos() : sent.nanosAfter(validNanos, clock);
    }
}
