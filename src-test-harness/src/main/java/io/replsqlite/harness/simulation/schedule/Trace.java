package io.replsqlite.harness.simulation.schedule;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;

/** What has happened, as a hash of everything and as text of the end. */
public final class Trace {
    private static final int KEPT = 120;
    private static final long PRIME = 0x100000001b3L;

    private final ArrayDeque<Event> last = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;

    private record Event(String text, long nanos) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%12.6f  %s", nanos / 1e9, text);
        }
    }

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
        last.addLast(new Event(text, nowNanos));
    }

    public long hash() {
        return hash;
    }

    public List<String> last() {
        return last.stream().map(Event::toString).toList();
    }
}
