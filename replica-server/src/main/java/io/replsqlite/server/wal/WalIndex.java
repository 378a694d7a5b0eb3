package io.replsqlite.server.wal;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * SQLite's wal-index in shared memory. Reading is safe for any thread at any time; {@link #append},
 * {@link #clearLeftovers} and {@link #publish} are for the one that holds SQLite's write lock.
 */
public final class WalIndex {
    public static final int READ_MARKS = 5;
    public static final int READ_MARK_UNUSED = 0xffffffff;

    private static final int SECOND_COPY = WalIndexHeader.BYTES;
    private static final int BACKFILLED = 96;
    private static final int READ_MARKS_AT = 100;
    private static final int BACKFILL_ATTEMPTED = 128;
    private static final int FIRST_SEGMENT_HEADER_BYTES = 136;
    private static final int PAGES_PER_SEGMENT = 4096;
    private static final int PAGES_IN_FIRST_SEGMENT = PAGES_PER_SEGMENT - FIRST_SEGMENT_HEADER_BYTES / 4;
    private static final int HASH_AT = 16 * 1024;
    private static final int HASH_SLOTS = 8192;
    private static final int HASH_FACTOR = 383;
    private static final int HEADER_ATTEMPTS = 100;

    private final WalIndexSegments segments;

    public WalIndex(WalIndexSegments segments) {
        this.segments = segments;
    }

    /**
     * The header, read consistently: both copies equal, initialised, checksum right. Null when it stays inconsistent
     * through many attempts: a writer is just publishing or died doing so; SQLite repairs it at its next transaction.
     */
    public @Nullable WalIndexHeader readHeader() throws IOException {
        ByteBuffer shared = segments.segment(0);
        ByteBuffer copy = ByteBuffer.allocate(FIRST_SEGMENT_HEADER_BYTES).order(ByteOrder.nativeOrder());
        for (int attempt = 0; attempt < HEADER_ATTEMPTS; attempt++) {
            copyHeaders(shared, copy);
            WalIndexHeader header = decodeIfEqual(copy);
            if (header != null) {
                return header;
            }
            Thread.onSpinWait();
        }
        return null;
    }

    /** A writer writes the second copy first; reading the first copy first makes a torn pair visible. */
    private static void copyHeaders(ByteBuffer shared, ByteBuffer copy) {
        VarHandle.fullFence();
        copyLongs(shared, copy, 0);
        VarHandle.fullFence();
        copyLongs(shared, copy, SECOND_COPY);
        VarHandle.fullFence();
    }

    private static void copyLongs(ByteBuffer from, ByteBuffer to, int at) {
        for (int offset = at; offset < at + WalIndexHeader.BYTES; offset += 8) {
            to.putLong(offset, from.getLong(offset));
        }
    }

    private static @Nullable WalIndexHeader decodeIfEqual(ByteBuffer copy) {
        for (int offset = 0; offset < WalIndexHeader.BYTES; offset += 8) {
            if (copy.getLong(offset) != copy.getLong(SECOND_COPY + offset)) {
                return null;
            }
        }
        return WalIndexHeader.decode(copy, 0);
    }

    /** Frames, from the first on, whose pages are in the database file. */
    public int backfilled() throws IOException {
        return readVolatile(BACKFILLED);
    }

    /** Frames that a checkpoint may have copied, also if it died before saying so. */
    public int backfillAttempted() throws IOException {
        return readVolatile(BACKFILL_ATTEMPTED);
    }

    /** The frame up to which the readers of this slot see the WAL, or {@link #READ_MARK_UNUSED}. */
    public int readMark(int slot) throws IOException {
        if (slot < 0 || slot >= READ_MARKS) {
            throw new IndexOutOfBoundsException("read marks are numbered 0 to 4, not " + slot);
        }
        return readVolatile(READ_MARKS_AT + 4 * slot);
    }

    private int readVolatile(int at) throws IOException {
        int value = segments.segment(0).getInt(at);
        VarHandle.acquireFence();
        return value;
    }

    /** The newest frame up to {@code maxFrame} that holds this page, or 0 when the WAL has none. */
    public int findFrame(int pageNumber, int maxFrame) throws IOException {
        for (int segment = segmentOf(maxFrame); maxFrame > 0 && segment >= 0; segment--) {
            int found = findInSegment(segment, pageNumber, maxFrame);
            if (found != 0) {
                return found;
            }
        }
        return 0;
    }

    private int findInSegment(int segment, int pageNumber, int maxFrame) throws IOException {
        ByteBuffer block = segments.segment(segment);
        int found = 0;
        int slot = firstSlot(pageNumber);
        for (int probes = 0; probes < HASH_SLOTS; probes++) {
            int place = block.getShort(HASH_AT + 2 * slot) & 0xffff;
            if (place == 0) {
                break;
            }
            int frame = framesBefore(segment) + place;
            if (frame <= maxFrame && frame > found && block.getInt(pageAt(segment, place)) == pageNumber) {
                found = frame;
            }
            slot = (slot + 1) & (HASH_SLOTS - 1);
        }
        return found;
    }

    /** Enters one frame behind all others. Invisible to readers until {@link #publish}. */
    public void append(int frame, int pageNumber) throws IOException {
        int segment = segmentOf(frame);
        ByteBuffer block = segments.segment(segment);
        int place = frame - framesBefore(segment);
        if (place == 1) {
            clear(block, pageAt(segment, 1), WalIndexSegments.SEGMENT_BYTES);
        }
        int slot = firstSlot(pageNumber);
        for (int probes = 0; block.getShort(HASH_AT + 2 * slot) != 0; probes++) {
            if (probes >= place) {
                throw new WalDamagedException("the wal-index holds entries beyond its frames, at frame " + frame);
            }
            slot = (slot + 1) & (HASH_SLOTS - 1);
        }
        block.putInt(pageAt(segment, place), pageNumber);
        VarHandle.releaseFence();
        block.putShort(HASH_AT + 2 * slot, (short) place);
    }

    /**
     * Removes what a writer left that died or failed between entering its frames and publishing them. Must precede the
     * first {@link #append} of a commit; costs one load when there is nothing to remove.
     */
    public void clearLeftovers(int maxFrame) throws IOException {
        int segment = segmentOf(maxFrame + 1);
        int lastPlace = maxFrame - framesBefore(segment);
        ByteBuffer block = segments.segment(segment);
        if (lastPlace == 0 || block.getInt(pageAt(segment, lastPlace + 1)) == 0) {
            return; // append clears a whole segment at its first entry
        }
        for (int slot = 0; slot < HASH_SLOTS; slot++) {
            if ((block.getShort(HASH_AT + 2 * slot) & 0xffff) > lastPlace) {
                block.putShort(HASH_AT + 2 * slot, (short) 0);
            }
        }
        clear(block, pageAt(segment, lastPlace + 1), HASH_AT);
    }

    private static void clear(ByteBuffer block, int from, int to) {
        for (int at = from; at < to; at += 4) {
            block.putInt(at, 0);
        }
    }

    /** Between the two header copies, where a process may die. */
    @FunctionalInterface
    public interface BetweenCopies {
        void run() throws IOException;
    }

    /** Makes everything up to the header's last frame visible to readers in all processes. */
    public void publish(WalIndexHeader header, BetweenCopies betweenCopies) throws IOException {
        ByteBuffer shared = segments.segment(0);
        ByteBuffer encoded = ByteBuffer.allocate(WalIndexHeader.BYTES).order(ByteOrder.nativeOrder());
        header.encode(encoded, 0);
        VarHandle.fullFence();
        copyTo(encoded, shared, SECOND_COPY);
        VarHandle.fullFence();
        betweenCopies.run();
        copyTo(encoded, shared, 0);
        VarHandle.fullFence();
    }

    private static void copyTo(ByteBuffer header, ByteBuffer shared, int at) {
        for (int offset = 0; offset < WalIndexHeader.BYTES; offset += 8) {
            shared.putLong(at + offset, header.getLong(offset));
        }
    }

    private static int segmentOf(int frame) {
        return (frame + PAGES_PER_SEGMENT - PAGES_IN_FIRST_SEGMENT - 1) / PAGES_PER_SEGMENT;
    }

    private static int framesBefore(int segment) {
        return segment == 0 ? 0 : PAGES_IN_FIRST_SEGMENT + (segment - 1) * PAGES_PER_SEGMENT;
    }

    private static int pageAt(int segment, int place) {
        return (segment == 0 ? FIRST_SEGMENT_HEADER_BYTES : 0) + 4 * (place - 1);
    }

    private static int firstSlot(int pageNumber) {
        return (pageNumber * HASH_FACTOR) & (HASH_SLOTS - 1);
    }
}
