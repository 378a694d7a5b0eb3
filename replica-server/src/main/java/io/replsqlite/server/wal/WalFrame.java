package io.replsqlite.server.wal;

import java.nio.ByteBuffer;

/**
 * The 24 bytes before each page in a WAL file, read and written in place: no object per frame. The byte table stands in
 * the package description. Buffers must be big-endian, their default order.
 */
public final class WalFrame {
    public static final int HEADER_BYTES = 24;
    private static final int CHECKED_HEADER_BYTES = 8;

    private WalFrame() {}

    public static int pageNumber(ByteBuffer frames, int at) {
        return frames.getInt(at);
    }

    /** The database size in pages if this frame ends a transaction, else 0. */
    public static int databaseSizePages(ByteBuffer frames, int at) {
        return frames.getInt(at + 4);
    }

    /** Writes the header of the frame whose page already stands behind it, advancing the cumulative checksum. */
    public static void seal(
            ByteBuffer frames,
            int at,
            int pageNumber,
            int databaseSizePages,
            WalMark generation,
            int pageSize,
            WalChecksum checksum) {
        frames.putInt(at, pageNumber);
        frames.putInt(at + 4, databaseSizePages);
        frames.putInt(at + 8, generation.salt1());
        frames.putInt(at + 12, generation.salt2());
        checksum.update(frames, at, CHECKED_HEADER_BYTES);
        checksum.update(frames, at + HEADER_BYTES, pageSize);
        frames.putInt(at + 16, checksum.sum1());
        frames.putInt(at + 20, checksum.sum2());
    }

    /** Whether the frame at {@code at} is the valid next one; advances the checksum, which is spoilt when it is not. */
    public static boolean verify(ByteBuffer frames, int at, int salt1, int salt2, int pageSize, WalChecksum checksum) {
        if (frames.getInt(at + 8) != salt1 || frames.getInt(at + 12) != salt2 || frames.getInt(at) == 0) {
            return false;
        }
        checksum.update(frames, at, CHECKED_HEADER_BYTES);
        checksum.update(frames, at + HEADER_BYTES, pageSize);
        return frames.getInt(at + 16) == checksum.sum1() && frames.getInt(at + 20) == checksum.sum2();
    }
}
