package io.replsqlite.lease.curator;

import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tenure of this node, if it has one, and the only place that calls the listener: on {@code calls}, in the order in
 * which things happened. Watches the deadline there, where nothing ever waits for ZooKeeper. Safe for any thread.
 */
final class TenureWatch {
    private static final long LOOK_MILLIS = 50;

    private final AtomicReference<@Nullable Tenure> current = new AtomicReference<>();
    private final LeaseListener listener;
    private final ScheduledExecutorService calls;
    private volatile boolean resigned;

    TenureWatch(LeaseListener listener, ScheduledExecutorService calls) {
        this.listener = listener;
        this.calls = calls;
    }

    void start() {
        var ignored = calls.scheduleWithFixedDelay(this::endIfPassed, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Nullable
    Tenure current() {
        return current.get();
    }

    boolean hasResigned() {
        return resigned;
    }

    /** The call is queued before the tenure can end, so that {@code lost} never comes first. */
    void begin(Tenure tenure) {
        if (resigned) {
            tenure.deadline().revoke();
            return;
        }
        calls.execute(() -> listener.granted(new Lease(tenure.epoch(), tenure.deadline())));
        current.set(tenure);
        if (resigned) {
            resign();
        }
    }

    /** Whoever finds a reason first ends it; the listener hears one. */
    void end(Tenure tenure, String reason) {
        tenure.deadline().revoke();
        if (current.compareAndSet(tenure, null)) {
            calls.execute(() -> listener.lost(reason));
        }
    }

    /** If there is one. */
    void endCurrent(String reason) {
        Tenure tenure = current.get();
        if (tenure != null) {
            end(tenure, reason);
        }
    }

    /** Ends it without a word: the node gives it up by itself. */
    @Nullable
    Tenure giveUp() {
        Tenure tenure = current.getAndSet(null);
        if (tenure != null) {
            tenure.deadline().revoke();
        }
        return tenure;
    }

    /** As {@link #giveUp}, for good. */
    void resign() {
        resigned = true;
        Tenure ignored = giveUp();
    }

    void heldBy(LeaseHolder holder) {
        calls.execute(() -> listener.heldBy(holder));
    }

    private void endIfPassed() {
        Tenure tenure = current.get();
        if (tenure != null && tenure.deadline().hasPassed()) {
            end(tenure, "its deadline passed: no renewal reached ZooKeeper in time");
        }
    }
}
