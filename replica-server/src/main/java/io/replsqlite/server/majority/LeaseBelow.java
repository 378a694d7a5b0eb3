package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the provider below has granted to this node. Nobody waits for it but the end. Safe for any thread. */
final class LeaseBelow implements AutoCloseable {
    private static final Logger LOG = System.getLogger(LeaseBelow.class.getName());
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final LeaseProvider provider;
    private final MonotonicClock clock;
    private final SerialThread thread;
    private final AtomicReference<@Nullable Lease> held = new AtomicReference<>();
    private volatile String lastWord = "not granted yet";
    private volatile long sinceMillis;

    /** @param thread for what is said to the provider, which may take its time */
    LeaseBelow(LeaseProvider provider, SerialThread thread, MonotonicClock clock) {
        this.provider = provider;
        this.thread = thread;
        this.clock = clock;
        this.sinceMillis = clock.wallMillis();
    }

    void granted(Lease lease) {
        held.set(lease);
    }

    void lost(String why) {
        held.set(null);
        isAbsent(why);
    }

    private void isAbsent(String why) {
        lastWord = why;
        sinceMillis = clock.wallMillis();
    }

    boolean isHeld() {
        return held.get() != null;
    }

    /** Of the tenure below, if there is one; the node's own is never lower. */
    Epoch epoch() {
        Lease lease = held.get();
        return lease == null ? Epoch.NONE : lease.epoch();
    }

    /**
     * If it is held; this grant is given up once, and no later one with it.
     *
     * @param successor empty for anybody
     */
    void leaveTo(String successor, Duration pause) {
        Lease left = held.getAndSet(null);
        if (left == null) {
            return;
        }
        isAbsent("left to " + (successor.isEmpty() ? "others" : "node " + successor));
        try {
            thread.execute(() -> resign(left, successor.isEmpty() ? null : successor, pause));
        } catch (RejectedExecutionException closed) {
            LOG.log(Level.DEBUG, "the lease below is closed", closed);
        }
    }

    private void resign(Lease left, @Nullable String successor, Duration pause) {
        Lease present = held.get();
        if (present != null && present.epoch().isAfter(left.epoch())) {
            return; // what was to be given up is over, and this is another tenure
        }
        provider.resign(successor, pause);
        held.updateAndGet(now -> now == null || now.epoch().isAfter(left.epoch()) ? now : null);
    }

    /** After what was said to it, as far as it listens. */
    @Override
    public void close() {
        try {
            boolean heard = thread.finish(LAST_WORD);
            LOG.log(Level.DEBUG, "the lease below has heard everything: {0}", heard);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        provider.close();
    }

    /** For people; null while it is held. */
    @Nullable
    String absence() {
        return isHeld() ? null : lastWord + ", for " + (clock.wallMillis() - sinceMillis) / 1000 + " s";
    }
}
