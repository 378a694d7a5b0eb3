package io.replsqlite.base;

/**
 * Both clocks at one moment. The monotonic clock stands still while the machine is suspended, the wall clock does not: who
 * must not take too little time for elapsed asks for the larger of both.
 */
public record ClockReading(long nanos, long wallMillis) {
    public static ClockReading now(MonotonicClock clock) {
        return new ClockReading(clock.nanoTime(), clock.wallMillis());
    }

    /**
     * The monotonic time at which this much has elapsed since, by whichever clock ran ahead. A wall clock set back changes
     * nothing; one set forward brings it nearer.
     */
    public long nanosAfter(long elapsedNanos, MonotonicClock clock) {
        long monotonic = clock.nanoTime() - nanos;
        long wall = (clock.wallMillis() - wallMillis) * 1_000_000;
        return nanos + elapsedNanos - Math.max(0, wall - monotonic);
    }
}
