package io.replsqlite.harness.simulation.schedule;

import io.replsqlite.base.MonotonicClock;
import java.util.function.LongSupplier;

/** A clock that runs at its own pace, from its own origin, and can jump. It outlives crashes. */
public final class MachineClock implements MonotonicClock {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private final LongSupplier trueNanos;
    private final double pace;
    private long aheadNanos;
    private long wallAheadMillis;

    /** @param pace nanoseconds that it counts in one true nanosecond */
    public MachineClock(LongSupplier trueNanos, double pace, long originNanos) {
        this.trueNanos = trueNanos;
        this.pace = pace;
        this.aheadNanos = originNanos;
    }

    @Override
    public long nanoTime() {
        return aheadNanos + (long) (trueNanos.getAsLong() * pace);
    }

    @Override
    public long wallMillis() {
        return EPOCH_MILLIS + wallAheadMillis + trueNanos.getAsLong() / NANOS_PER_MILLI;
    }

    /** True nanoseconds until it has counted so many. */
    long trueNanosFor(long nanos) {
        return (long) Math.ceil(nanos / pace);
    }

    /** Forward only: that is what monotonic means. */
    public void jump(long nanos) {
        aheadNanos += Math.abs(nanos);
    }

    public void jumpWall(long millis) {
        wallAheadMillis += millis;
    }
}
