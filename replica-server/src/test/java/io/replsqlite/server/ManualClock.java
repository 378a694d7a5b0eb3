package io.replsqlite.server;

import io.replsqlite.base.MonotonicClock;
import java.time.Duration;

/** A clock that stands still until it is told to move. */
public final class ManualClock implements MonotonicClock {
    private volatile long nanos = 1_000_000_000;

    public void advance(Duration by) {
        nanos += by.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return nanos / 1_000_000;
    }
}
