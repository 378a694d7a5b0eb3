package io.replsqlite.server.log;

import io.replsqlite.base.Hex;
import io.replsqlite.base.Position;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The segments between two resets, and how far readers may go. The appender writes {@link #durable} after a
 * sync, and readers read it before they look at a file: that order makes the bytes visible to them.
 */
final class Generation {
    private final long number;
    private final Path directory;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private volatile Durable durable;
    private volatile boolean replaced;

    /** The newest record that is durable: its sequence and the position it leads to. */
    record Durable(long sequence, Position head) {}

    Generation(long number, Path directory, Durable durable) {
        this.number = number;
        this.directory = directory;
        this.durable = durable;
    }

    static Path directoryOf(Path log, long number) {
        return log.resolve("g" + Hex.of(number));
    }

    long number() {
        return number;
    }

    Path directory() {
        return directory;
    }

    NavigableMap<Long, Segment> segments() {
        return segments;
    }

    void add(Segment segment) {
        Map.Entry<Long, Segment> last = segments.lastEntry();
        if (last != null) {
            last.getValue().seal(segment.header().firstSequence());
        }
        segments.put(segment.header().firstSequence(), segment);
    }

    Segment first() {
        return segments.firstEntry().getValue();
    }

    Segment last() {
        return segments.lastEntry().getValue();
    }

    Durable durable() {
        return durable;
    }

    void durable(Durable newest) {
        durable = newest;
    }

    boolean isReplaced() {
        return replaced;
    }

    void markReplaced() {
        replaced = true;
    }
}
