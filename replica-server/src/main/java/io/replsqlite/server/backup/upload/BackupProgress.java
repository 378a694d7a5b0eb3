package io.replsqlite.server.backup.upload;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.storage.StorageException;
import io.replsqlite.server.backup.upload.BackupStatus.State;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is known of one backup; written by its uploader, read by any thread. */
final class BackupProgress {
    private static final long NEVER = Long.MIN_VALUE;

    private final String destination;
    private final PositionGate head;
    private final MonotonicClock clock;
    private final PositionGate uploadedGate = new PositionGate(Txid.ZERO);

    @GuardedBy("this")
    private final Map<String, Long> errors = new TreeMap<>();

    @GuardedBy("this")
    private State state = State.OPENING;

    @GuardedBy("this")
    private long generation;

    @GuardedBy("this")
    private Position uploaded = Position.START;

    /** Everything durable at this moment is in the store. */
    @GuardedBy("this")
    private long levelAsOfNanos = NEVER;

    @GuardedBy("this")
    private long objects;

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private @Nullable String problem;

    BackupProgress(String destination, PositionGate head, MonotonicClock clock) {
        this.destination = destination;
        this.head = head;
        this.clock = clock;
    }

    /** Follows what is uploaded. */
    PositionGate uploadedGate() {
        return uploadedGate;
    }

    synchronized void state(State newState) {
        state = newState;
    }

    /** What is in the store, as its objects say. */
    synchronized void found(long inGeneration, Position position) {
        generation = inGeneration;
        uploaded = position;
        uploadedGate.reset(position.txid().value());
    }

    synchronized void stored(long objectBytes) {
        objects++;
        bytes += objectBytes;
    }

    synchronized void uploaded(Position position) {
        uploaded = position;
        state = State.STREAMING;
        problem = null;
        uploadedGate.advance(position.txid().value());
    }

    /** @param asOfNanos when the head was the uploaded position */
    synchronized void level(long asOfNanos) {
        levelAsOfNanos = asOfNanos;
        state = State.STREAMING;
        problem = null;
    }

    synchronized void failed(State newState, IOException cause) {
        state = newState;
        problem = cause.getMessage();
        String kind = cause instanceof StorageException storage ? storage.kind().name() : "OTHER";
        long ignored = errors.merge(kind, 1L, Long::sum);
    }

    synchronized BackupStatus status() {
        long lag = Math.max(0, head.currentValue() - uploaded.txid().value());
        long lagMillis = lag == 0
                ? 0
                : levelAsOfNanos == NEVER ? -1 : TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - levelAsOfNanos);
        return new BackupStatus(
                destination, state, generation, uploaded, lag, lagMillis, objects, bytes, problem, Map.copyOf(errors));
    }
}
