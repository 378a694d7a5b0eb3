package io.replsqlite.server.backup.upload;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.storage.StorageException;
import io.replsqlite.server.backup.upload.BackupStatus.State;
import io.replsqlite.server.config.LagLimit;
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
    private final long beganAtNanos;

    /** The head when this backup began; what was committed before does not count against a store that is just opened. */
    private final long beganAtTxid;

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

    /** Of the last commit that is in the store; 0 before it is known. */
    @GuardedBy("this")
    private long uploadedMillis;

    @GuardedBy("this")
    private long bytesBehind;

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
        this.beganAtNanos = clock.nanoTime();
        this.beganAtTxid = head.currentValue();
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

    /** @param bytes of the log that are not in the store, at most */
    synchronized void behind(long bytes) {
        bytesBehind = bytes;
    }

    synchronized void uploaded(Position position, long timestampMillis) {
        uploaded = position;
        uploadedMillis = timestampMillis;
        state = State.STREAMING;
        problem = null;
        uploadedGate.advance(position.txid().value());
    }

    /** @param asOfNanos when the head was the uploaded position */
    synchronized void level(long asOfNanos) {
        levelAsOfNanos = asOfNanos;
        bytesBehind = 0;
        state = State.STREAMING;
        problem = null;
    }

    synchronized void failed(State newState, IOException cause) {
        state = newState;
        problem = cause.getMessage();
        String kind = cause instanceof StorageException storage ? storage.kind().name() : "OTHER";
        long ignored = errors.merge(kind, 1L, Long::sum);
    }

    private synchronized long lagTxids() {
        return Math.max(0, head.currentValue() - uploaded.txid().value());
    }

    /** Why nothing more should be written, null if it may. A store that was never level is behind since the tenure began. */
    synchronized @Nullable String beyond(LagLimit limit) {
        if (lagTxids() == 0) {
            return null;
        }
        boolean isOpened = uploaded.txid().value() > 0;
        long txids = isOpened ? lagTxids() : Math.max(0, head.currentValue() - beganAtTxid);
        long since = levelAsOfNanos == NEVER ? beganAtNanos : levelAsOfNanos;
        return limit.isExceeded(txids, clock.nanoTime() - since)
                ? "the backup to " + destination + " is " + txids + " commits behind, more than backup-lag-limit "
                        + limit + " allows" + (problem == null ? "" : ": " + problem)
                : null;
    }

    synchronized BackupStatus status() {
        long lag = lagTxids();
        long lagMillis = lag == 0
                ? 0
                : levelAsOfNanos == NEVER ? -1 : TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - levelAsOfNanos);
        return new BackupStatus(
                destination,
                state,
                generation,
                uploaded,
                uploadedMillis,
                lag,
                lagMillis,
                lag == 0 ? 0 : bytesBehind,
                objects,
                bytes,
                problem,
                Map.copyOf(errors),
                null);
    }
}
