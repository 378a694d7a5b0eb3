package io.replsqlite.lease.curator;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.LeaseDeadline;
import java.time.Duration;

/**
 * Ends a margin before ZooKeeper can end the session: the send time of the last successful write, plus the session
 * timeout, less the larger of a second and a tenth.
 *
 * <p>The monotonic clock stands still while the machine is suspended, the wall clock does not. Whatever the wall clock
 * has run ahead since the write is taken off, so the larger of both elapsed times counts. A wall clock set back changes
 * nothing; one set forward costs at most this tenure.
 */
final class RenewedDeadline implements LeaseDeadline {
    private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(1);

    private final MonotonicClock clock;
    private final long validNanos;
    private volatile Sent lastWrite;
    private volatile boolean revoked;

    /** Both clocks just before a write left. */
    record Sent(long nanos, long wallMillis) {
        static Sent now(MonotonicClock clock) {
            return new Sent(clock.nanoTime(), clock.wallMillis());
        }
    }

    RenewedDeadline(Sent firstWrite, Duration sessionTimeout, MonotonicClock clock) {
        this.clock = clock;
        this.lastWrite = firstWrite;
        Duration tenth = sessionTimeout.dividedBy(10);
        Duration margin = tenth.compareTo(SMALLEST_MARGIN) > 0 ? tenth : SMALLEST_MARGIN;
        this.validNanos = Math.max(0, sessionTimeout.minus(margin).toNanos());
    }

    /** A write that left then has succeeded. */
    void renewed(Sent write) {
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
        Sent sent = lastWrite;
        if (revoked) {
            return sent.nanos();
        }
        long monotonic = clock.nanoTime() - sent.nanos();
        long wall = (clock.wallMillis() - sent.wallMillis()) * 1_000_000;
        return sent.nanos() + validNanos - Math.max(0, wall - monotonic);
    }
}
