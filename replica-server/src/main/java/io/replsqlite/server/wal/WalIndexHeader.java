package io.replsqlite.server.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One 48-byte header copy of the wal-index; the byte table stands in the package description. While the WAL has been
 * empty since the first open, page size, database size and salts are 0.
 */
public record WalIndexHeader(
        int changeCounter,
        boolean bigEndianChecksum,
        int pageSize,
        int maxFrame,
        int databaseSizePages,
        int frameChecksum1,
        int frameChecksum2,
        int salt1,
        int salt2) {
    public static final int BYTES = 48;
    private static final int CHECKED_BYTES = 40;

    /** The place in the WAL that this header calls the end. */
    public WalMark mark() {
        return new WalMark(salt1, salt2, maxFrame, frameChecksum1, frameChecksum2);
    }

    /** The header after one more commit that ends at {@code end}. */
    public WalIndexHeader afterCommit(
            WalMark end, boolean newBigEndianChecksum, int newPageSize, int newDatabaseSizePages) {
        return new WalIndexHeader(
                changeCounter + 1,
                newBigEndianChecksum,
                newPageSize,
                end.frame(),
                newDatabaseSizePages,
                end.checksum1(),
                end.checksum2(),
                end.salt1(),
                end.salt2());
    }

    /** Writes the header with its checksum at {@code at} of a buffer in native order. */
    void encode(ByteBuffer into, int at) {
        into.putInt(at, WalHeader.VERSION);
        into.putInt(at + 4, 0);
        into.putInt(at + 8, changeCounter);
        into.put(at + 12, (byte) 1);
        into.put(at + 13, (byte) (bigEndianChecksum ? 1 : 0));
        into.putShort(at + 14, (short) (pageSize == 65536 ? 1 : pageSize));
        into.putInt(at + 16, maxFrame);
        into.putInt(at + 20, databaseSizePages);
        into.putInt(at + 24, frameChecksum1);
        into.putInt(at + 28, frameChecksum2);
        into.putInt(at + 32, bigEndian(salt1));
        into.putInt(at + 36, bigEndian(salt2));
        WalChecksum checksum = checksumOf(into, at);
        into.putInt(at + 40, checksum.sum1());
        into.putInt(at + 44, checksum.sum2());
    }

    /** The header at {@code at} of a buffer in native order, or null when those bytes are not a valid one. */
    static @Nullable WalIndexHeader decode(ByteBuffer from, int at) {
        int pageSize = pageSize(from.getShort(at + 14));
        if (from.getInt(at) != WalHeader.VERSION
                || from.get(at + 12) != 1
                || !isKnown(pageSize, from.getInt(at + 16))) {
            return null;
        }
        WalChecksum checksum = checksumOf(from, at);
        if (checksum.sum1() != from.getInt(at + 40) || checksum.sum2() != from.getInt(at + 44)) {
            return null;
        }
        return new WalIndexHeader(
                from.getInt(at + 8),
                from.get(at + 13) != 0,
                pageSize,
                from.getInt(at + 16),
                from.getInt(at + 20),
                from.getInt(at + 24),
                from.getInt(at + 28),
                bigEndian(from.getInt(at + 32)),
                bigEndian(from.getInt(at + 36)));
    }

    private static boolean isKnown(int pageSize, int maxFrame) {
        return WalHeader.isPageSize(pageSize) || (pageSize == 0 && maxFrame == 0);
    }

    private static int pageSize(short stored) {
        return (stored & 0xfe00) + ((stored & 1) << 16);
    }

    private static int bigEndian(int value) {
        return WalChecksum.NATIVE_IS_BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private static WalChecksum checksumOf(ByteBuffer buffer, int at) {
        if (buffer.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("a wal-index is in native byte order");
        }
        WalChecksum checksum = new WalChecksum(WalChecksum.NATIVE_IS_BIG_ENDIAN);
        checksum.update(buffer, at, CHECKED_BYTES);
        return checksum;
    }
}
