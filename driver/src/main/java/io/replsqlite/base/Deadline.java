package io.replsqlite.base;

import java.time.Duration;

/** A moment on a {@link MonotonicClock} after which waiting ends. Immutable. */
public final class Deadline {
    private final MonotonicClock clock;
    private final long atNanos;

    private Deadline(MonotonicClock clock, long atNanos) {
        this.clock = clock;
        this.atNanos = atNanos;
    }

    public static Deadline after(Duration wait, MonotonicClock clock) {
        return new Deadline(clock, clock.nanoTime() + wait.toNanos());
    }

    public static Deadline afterMillis(long waitMillis, MonotonicClock clock) {
        return after(Duration.ofMillis(waitMillis), clock);
    }

    /** Nanoseconds left; zero or less once the deadline has passed. */
    public long remainingNanos() {
        return atNanos - clock.nanoTime();
    }

    public boolean hasPassed() {
        return remainingNanos() <= 0;
    }
}
