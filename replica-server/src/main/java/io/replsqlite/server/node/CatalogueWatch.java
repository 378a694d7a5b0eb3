package io.replsqlite.server.node;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.LeaseHolder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * Reads the primary's catalogue every second and hands it on. On a thread of its own: a primary that does not answer
 * must not hold up a change of role.
 */
final class CatalogueWatch {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Hears what was read, on the thread {@code catalogue}; must not block. */
    interface Listener {
        void read(LeaseHolder primary, List<Catalogue.Entry> entries);

        void failed(LeaseHolder primary, IOException failure);
    }

    private final PrimaryCalls calls;
    private final Listener listener;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("catalogue"));
    private volatile @Nullable LeaseHolder primary;
    private volatile @Nullable Call underWay;

    CatalogueWatch(PrimaryCalls calls, Listener listener) {
        this.calls = calls;
        this.listener = listener;
    }

    void start() {
        var ignored = thread.scheduleWithFixedDelay(
                this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks at this primary from now on, for the first time at once; at none for null. Does not wait. */
    void follow(@Nullable LeaseHolder newPrimary) {
        primary = newPrimary;
        cancelCall();
        if (newPrimary != null) {
            thread.execute(this::look);
        }
    }

    private void cancelCall() {
        Call call = underWay;
        if (call != null) {
            call.cancel();
        }
    }

    private void look() {
        LeaseHolder asked = primary;
        if (asked == null) {
            return;
        }
        Call call = calls.catalogue(asked.url());
        underWay = call;
        if (!asked.equals(primary)) { // changed before the call could be cancelled; the change has queued another look
            return;
        }
        try {
            listener.read(asked, PrimaryCalls.entries(call));
        } catch (IOException failure) {
            if (asked.equals(primary)) {
                listener.failed(asked, failure);
            }
        } finally {
            underWay = null;
        }
    }

    /** Nobody hears anything more when this returns. */
    void close() throws InterruptedException {
        primary = null;
        thread.shutdown();
        cancelCall();
        if (!thread.awaitTermination(PrimaryCalls.QUICK_CALL.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("a cancelled call goes on");
        }
    }
}
