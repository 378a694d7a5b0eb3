package io.replsqlite.harness.torture;

import io.replsqlite.harness.history.Level;
import java.time.Duration;

/** Reads at level bounded, and rather not at all than older than the bound. */
final class BoundedReader extends Client {
    private static final int THINKING_MILLIS = 40;
    static final Duration BOUND = Duration.ofSeconds(1);

    BoundedReader(Seat seat) {
        super(seat, "&consistency=bounded&onStale=fail&freshness=" + BOUND.toMillis() + "ms", THINKING_MILLIS);
    }

    @Override
    void operate() throws InterruptedException {
        perform(Level.BOUNDED, HeadsRead::run);
    }
}
