package io.replsqlite.harness.simulation.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What has happened, as a hash of everything and as text of the end. */
public final class Trace {
    private static final int KEPT = 120;
    private static final long PRIME = 0x100000001b3L;

    private final ArrayDeque<String> last = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;

    void mix(long value) {
        hash = (hash ^ value) * PRIME;
    }

    void step(String task, long nowNanos) {
        mix(nowNanos);
        mix(task.hashCode());
    }

    void event(String text, long nowNanos) {
        mix(nowNanos);
        mix(text.hashCode());
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.addLast(String.format("%12.6f  %s", nowNanos / 1e9, text));
    }

    public long hash() {
        return hash;
    }

    public List<String> last() {
        return new ArrayList<>(last);
    }
}
