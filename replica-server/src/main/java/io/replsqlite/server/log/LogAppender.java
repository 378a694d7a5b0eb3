package io.replsqlite.server.log;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.Generation.Durable;
import io.replsqlite.server.wal.WalMark;
import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log that grows: checks what comes next, writes it, rotates, syncs, publishes. For the
 * appender thread; the volatile fields are what other threads may ask for.
 */
final class LogAppender implements Closeable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final Path directory;
    private final UUID databaseId;
    private final LogSettings settings;
    private final MonotonicClock clock;
    private final PositionGate durableGate;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private volatile Generation generation;
    private volatile Position head;
    private volatile List<Tenure> tenures;
    private volatile @Nullable IOException failure;

    /** When the sync under way began; 0 if there is none. */
    private volatile long syncBeganNanos;

    private SegmentWriter writer;
    private long lastSequence;
    /** End of the last record that readers see; in the last segment. */
    private long syncedEnd;

    private boolean epochSinceSync;
    private @Nullable PendingRecord pending;

    LogAppender(Path directory, UUID databaseId, LogSettings settings, MonotonicClock clock, LogOpening.Opened opened)
            throws IOException {
        SegmentRecovery.Recovered recovered = opened.recovered();
        this.directory = directory;
        this.databaseId = databaseId;
        this.settings = settings;
        this.clock = clock;
        this.generation = opened.generation();
        this.head = recovered.head();
        this.tenures = recovered.tenures();
        this.lastSequence = recovered.lastSequence();
        this.durableGate = new PositionGate(recovered.head().txid());
        this.writer = new SegmentWriter(generation.last(), recovered.end(), recovered.lastOffset(), buffer, settings);
        makeRecoveredDurable();
    }

    /** What a killed process had written and not synced is valid, but only in memory. */
    private void makeRecoveredDurable() throws IOException {
        try {
            writer.seal();
        } catch (IOException cause) {
            writer.close();
            throw cause;
        }
        syncedEnd = writer.end();
        generation.durable(new Durable(lastSequence, head));
    }

    Generation generation() {
        return generation;
    }

    Position head() {
        return head;
    }

    List<Tenure> tenures() {
        return tenures;
    }

    PositionGate durableGate() {
        return durableGate;
    }

    boolean isFailed() {
        return failure != null;
    }

    PendingRecord begin(BodyHeader body, ByteBuffer attachment, WalMark mark) throws IOException {
        refuseIfFailed();
        if (pending != null) {
            throw new IllegalStateException("the record before is neither published nor closed");
        }
        String objection = Continuity.objection(head, body);
        if (objection != null) {
            throw new RefusedRecordException(head, objection);
        }
        Tenure tenure = body.kind() == RecordKind.EPOCH ? tenureIn(body, attachment.duplicate()) : null;
        try {
            rotateIfFull();
        } catch (IOException cause) {
            throw failAndCutTo(syncedEnd, "rotation failed", cause);
        }
        try {
            writer.begin(attachment);
        } catch (IOException cause) {
            throw failAndCutTo(writer.end(), "append failed", cause);
        }
        PendingRecord record = new PendingRecord(this, body, mark, tenure);
        pending = record;
        return record;
    }

    private Tenure tenureIn(BodyHeader body, ByteBuffer holder) throws RefusedRecordException {
        try {
            return Tenure.decodeHolder(body.epoch(), body.txid().next(), holder);
        } catch (IllegalArgumentException | BufferUnderflowException invalid) {
            throw new RefusedRecordException(head, "tenure " + body.position() + " names no holder");
        }
    }

    private void rotateIfFull() throws IOException {
        if (writer.end() < settings.segmentBytes()
                || lastSequence < writer.segment().header().firstSequence()) {
            return;
        }
        syncBeganNanos = clock.nanoTime() | 1;
        try {
            writer.seal();
        } finally {
            syncBeganNanos = 0;
        }
        publishDurable();
        SegmentHeader header = new SegmentHeader(
                databaseId,
                LogOpening.newSalt(),
                lastSequence + 1,
                writer.segment().header().firstSequence(),
                writer.end(),
                head,
                clock.wallMillis(),
                tenures);
        Segment next = Generations.createSegment(generation.directory(), header);
        SegmentWriter nextWriter = new SegmentWriter(next, next.headerLength(), 0, buffer, settings);
        writer.close();
        writer = nextWriter;
        syncedEnd = writer.end();
        generation.add(next);
    }

    void write(ByteBuffer ltx) throws IOException {
        refuseIfFailed();
        try {
            writer.write(ltx);
        } catch (IOException cause) {
            throw failAndCutTo(writer.end(), "append failed", cause);
        }
    }

    int bodyCrc(BodyHeader body) {
        return writer.bodyCrc(body);
    }

    Position publish(BodyHeader body, int bodyCrc, WalMark mark, @Nullable Tenure tenure) throws IOException {
        refuseIfFailed();
        long start = writer.end();
        try {
            writer.finish(body, bodyCrc, lastSequence + 1, mark);
            FailurePoint.LOG_APPENDED.reached();
        } catch (IOException cause) {
            throw failAndCutTo(start, "append failed", cause);
        }
        pending = null;
        lastSequence++;
        head = body.position();
        if (tenure != null) {
            tenures = with(tenures, tenure);
            epochSinceSync = true;
        }
        return head;
    }

    private static List<Tenure> with(List<Tenure> before, Tenure newest) {
        List<Tenure> all = new ArrayList<>(before);
        all.add(newest);
        return List.copyOf(all);
    }

    void abandon() throws IOException {
        pending = null;
        if (failure != null) {
            return;
        }
        try {
            writer.abandonDraft();
        } catch (IOException cause) {
            throw failAndCutTo(writer.end(), "an abandoned record cannot be cut", cause);
        }
    }

    /** Makes everything appended durable and visible to readers; returns the durable head. */
    Position sync() throws IOException {
        refuseIfFailed();
        syncBeganNanos = clock.nanoTime() | 1; // never 0
        try {
            writer.sync();
            FailurePoint.LOG_SYNCED.reached();
        } catch (IOException cause) {
            throw failAndCutTo(syncedEnd, "sync failed", cause);
        } finally {
            syncBeganNanos = 0;
        }
        publishDurable();
        return head;
    }

    /** For how long the disk has not answered a sync; any thread. */
    Duration syncingFor() {
        long began = syncBeganNanos;
        return began == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, clock.nanoTime() - began));
    }

    private void publishDurable() {
        syncedEnd = writer.end();
        generation.durable(new Durable(lastSequence, head));
        durableGate.advance(head.txid().value());
        if (epochSinceSync) {
            epochSinceSync = false;
            durableGate.wakeAll();
        }
    }

    private void refuseIfFailed() throws LogFailedException {
        IOException cause = failure;
        if (cause != null) {
            throw new LogFailedException("the log failed before and takes no more records", cause);
        }
    }

    /**
     * After a failed fsync the cut goes back to what was synced before: the records since then may read back
     * without being on disk, and a later open must not believe them.
     */
    private LogFailedException failAndCutTo(long offset, String what, IOException cause) {
        failure = cause;
        try {
            writer.cutTo(offset);
        } catch (IOException second) {
            cause.addSuppressed(second);
        }
        return new LogFailedException(what, cause);
    }

    /** The caller keeps retention out meanwhile. */
    void reset(Position base, List<Tenure> history, @Nullable String rescueReason) throws IOException {
        refuseIfFailed();
        if (pending != null) {
            throw new IllegalStateException("a record is neither published nor closed");
        }
        try {
            replaceGeneration(base, history, rescueReason);
        } catch (IOException cause) {
            failure = cause;
            throw new LogFailedException("reset failed; open the log anew to see which one it is", cause);
        }
        durableGate.reset(base.txid().value());
    }

    private void replaceGeneration(Position base, List<Tenure> history, @Nullable String rescueReason)
            throws IOException {
        writer.seal();
        Generation old = generation;
        SegmentHeader header = LogOpening.emptySegment(databaseId, lastSequence + 1, base, history, clock);
        Segment empty = Generations.prepare(directory, old.number() + 1, header);
        FailurePoint.LOG_RESETTING.reached();
        String rescueName =
                rescueReason == null ? "" : RescueName.of(clock.wallMillis(), rescueReason + "-g" + old.number());
        CurrentFile announced = new CurrentFile(old.number() + 1, old.number(), rescueName);
        announced.write(directory);
        FailurePoint.LOG_RESETTING.reached();
        switchTo(empty, old);
        Generations.settle(directory, announced);
    }

    private void switchTo(Segment empty, Generation old) throws IOException {
        SegmentHeader header = empty.header();
        Generation next = new Generation(
                old.number() + 1,
                DurableFiles.parentOf(empty.file()),
                new Durable(header.firstSequence() - 1, header.base()));
        next.add(empty);
        writer.close();
        writer = new SegmentWriter(empty, empty.headerLength(), 0, buffer, settings);
        syncedEnd = writer.end();
        generation = next;
        head = header.base();
        tenures = header.tenures();
        old.markReplaced();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
