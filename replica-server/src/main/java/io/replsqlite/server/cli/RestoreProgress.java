package io.replsqlite.server.cli;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.restore.Restore;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Tells how far a restore is, about every second. */
final class RestoreProgress implements Restore.Progress {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintWriter out;
    private final MonotonicClock clock;
    private long toldAtNanos;

    RestoreProgress(PrintWriter out, MonotonicClock clock) {
        this.out = out;
        this.clock = clock;
        this.toldAtNanos = clock.nanoTime();
    }

    @Override
    public void read(long bytes, long ofBytes) {
        long now = clock.nanoTime();
        if (now - toldAtNanos < INTERVAL_NANOS) {
            return;
        }
        toldAtNanos = now;
        out.printf("read %d of %d MiB (%d %%)%n", bytes >> 20, ofBytes >> 20, bytes * 100 / Math.max(1, ofBytes));
        out.flush();
    }
}
