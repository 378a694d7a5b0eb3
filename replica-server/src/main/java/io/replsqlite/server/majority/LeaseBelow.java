package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the provider below has granted to this node. Nobody waits for it but the end. Safe for any thread. */
final class LeaseBelow implements AutoCloseable {
    private static final Logger LOG = System.getLogger(LeaseBelow.class.getName());
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final LeaseProvider provider;
    private final MonotonicClock clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(NamedThreads.of("lease-below"));
    private volatile @Nullable Lease held;
    private volatile String lastWord = "not granted yet";
    private volatile long sinceMillis;

    LeaseBelow(LeaseProvider provider, MonotonicClock clock) {
        this.provider = provider;
        this.clock = clock;
        this.sinceMillis = clock.wallMillis();
    }

    void granted(Lease lease) {
        held = lease;
    }

    void lost(String why) {
        held = null;
        lastWord = why;
        sinceMillis = clock.wallMillis();
    }

    boolean isHeld() {
        return held != null;
    }

    /** Of the tenure below, if there is one; the node's own is never lower. */
    Epoch epoch() {
        Lease lease = held;
        return lease == null ? Epoch.NONE : lease.epoch();
    }

    /** @param successor empty for anybody */
    void leaveTo(String successor, Duration pause) {
        lost("left to " + (successor.isEmpty() ? "others" : "node " + successor));
        try {
            thread.execute(() -> provider.resign(successor.isEmpty() ? null : successor, pause));
        } catch (RejectedExecutionException closed) {
            LOG.log(Level.DEBUG, "the lease below is closed", closed);
        }
    }

    /** After what was said to it, as far as it listens. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            boolean heard = thread.awaitTermination(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS);
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
