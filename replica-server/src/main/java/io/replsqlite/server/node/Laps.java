package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import java.util.Locale;

/** How long each step of something took, for the one line that tells of it. For one thread. */
final class Laps {
    private final MonotonicClock clock;
    private final long beganNanos;
    private final StringBuilder told = new StringBuilder();
    private long lapNanos;

    Laps(MonotonicClock clock) {
        this.clock = clock;
        this.beganNanos = clock.nanoTime();
        this.lapNanos = beganNanos;
    }

    /** What was done since the last lap. */
    void end(String step) {
        long now = clock.nanoTime();
        told.append(told.length() == 0 ? "" : ", ").append(step).append(' ').append(millis(now - lapNanos));
        lapNanos = now;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }

    @Override
    public String toString() {
        return millis(lapNanos - beganNanos) + " ms (" + told + ")";
    }
}
