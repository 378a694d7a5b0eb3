package io.replsqlite.harness.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.MonotonicClock;
import java.util.ArrayList;
import java.util.List;

/** Takes down what clients do. Operations are only ever added. Thread-safe. */
public final class Recorder {
    private final MonotonicClock clock;
    private final long beganNanos;

    @GuardedBy("this")
    private final List<Operation> operations = new ArrayList<>();

    public Recorder(MonotonicClock clock) {
        this.clock = clock;
        this.beganNanos = clock.nanoTime();
    }

    /** Since the history began. */
    public long nowNanos() {
        return clock.nanoTime() - beganNanos;
    }

    /** What a client was told of an operation, which ends now. */
    public record Told(Outcome outcome, long epoch, long txid, String note) {}

    /** Who does it, where, and what was promised. */
    public record Caller(int client, long session, int node, Level level) {}

    public synchronized void add(Caller caller, List<Step> steps, long invokedNanos, Told told) {
        operations.add(new Operation(
                operations.size() + 1L,
                caller.client(),
                caller.session(),
                caller.node(),
                caller.level(),
                steps,
                told.outcome(),
                invokedNanos,
                nowNanos(),
                told.epoch(),
                told.txid(),
                told.note()));
    }

    public synchronized int size() {
        return operations.size();
    }

    public synchronized History history() {
        return new History(operations);
    }
}
