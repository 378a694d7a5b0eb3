package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Ticker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.Call;

/**
 * Cancels a call that takes longer than it may, with the precision of one look in {@link #LOOK}: the limit stands behind
 * the deadline that the node itself keeps, and is there for nodes that answer nothing.
 *
 * <p>OkHttp's own limits wake its watchdog thread in every call, which at some 200 us a write is felt.
 */
final class CallLimit implements Ticker.Tick, AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Ticker TICKER = new Ticker("call-limits", LOOK);

    private final Call call;
    private final Duration limit;
    private final Deadline end;
    private volatile boolean overdue;

    private CallLimit(Call call, Duration limit) {
        this.call = call;
        this.limit = limit;
        this.end = Deadline.after(limit, MonotonicClock.SYSTEM);
    }

    /** Holds until closed: for the answer's body as well. */
    static CallLimit of(Call call, Duration limit) {
        CallLimit started = new CallLimit(call, limit);
        TICKER.add(started);
        return started;
    }

    @Override
    public void tick() {
        if (end.hasPassed()) {
            overdue = true;
            call.cancel();
        }
    }

    /** What to say of a failure: that of a call which was cancelled here says nothing of why. */
    IOException explained(IOException failure) {
        if (!overdue) {
            return failure;
        }
        InterruptedIOException late = new InterruptedIOException("no answer within " + limit.toMillis() + " ms");
        late.initCause(failure);
        return late;
    }

    @Override
    public void close() {
        TICKER.remove(this);
    }
}
