package io.replsqlite.server.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** The 32 bytes at the start of a WAL file; the byte table stands in the package description. */
public record WalHeader(boolean bigEndianChecksum, int pageSize, int checkpointSequence, int salt1, int salt2) {
    public static final int BYTES = 32;
    public static final int VERSION = 3007000;
    private static final int MAGIC_LITTLE_ENDIAN = 0x377f0682;
    private static final int MAGIC_BIG_ENDIAN = 0x377f0683;
    private static final int CHECKED_BYTES = 24;

    public WalHeader {
        if (!isPageSize(pageSize)) {
            throw new IllegalArgumentException("not a page size: " + pageSize);
        }
    }

    /** Whether SQLite knows pages of this size. */
    public static boolean isPageSize(int pageSize) {
        return pageSize >= 512 && pageSize <= 65536 && Integer.bitCount(pageSize) == 1;
    }

    /** Writes the header with its checksum at the start of the buffer. */
    public void encode(ByteBuffer into) {
        ByteOrder order = into.order();
        into.order(ByteOrder.BIG_ENDIAN);
        into.putInt(0, bigEndianChecksum ? MAGIC_BIG_ENDIAN : MAGIC_LITTLE_ENDIAN);
        into.putInt(4, VERSION);
        into.putInt(8, pageSize);
        into.putInt(12, checkpointSequence);
        into.putInt(16, salt1);
        into.putInt(20, salt2);
        WalChecksum checksum = checksumOf(into, bigEndianChecksum);
        into.putInt(24, checksum.sum1());
        into.putInt(28, checksum.sum2());
        into.order(order);
    }

    /** The header at the start of the buffer, or null when those bytes are not a valid one. */
    public static @Nullable WalHeader decode(ByteBuffer from) {
        if (from.limit() < BYTES) {
            return null;
        }
        ByteBuffer bytes = from.duplicate().order(ByteOrder.BIG_ENDIAN);
        int magic = bytes.getInt(0);
        boolean bigEndian = magic == MAGIC_BIG_ENDIAN;
        int pageSize = bytes.getInt(8);
        if (!(bigEndian || magic == MAGIC_LITTLE_ENDIAN) || bytes.getInt(4) != VERSION || !isPageSize(pageSize)) {
            return null;
        }
        WalChecksum checksum = checksumOf(bytes, bigEndian);
        if (checksum.sum1() != bytes.getInt(24) || checksum.sum2() != bytes.getInt(28)) {
            return null;
        }
        return new WalHeader(bigEndian, pageSize, bytes.getInt(12), bytes.getInt(16), bytes.getInt(20));
    }

    /** The header of a WAL file, or null when the file is shorter or does not start with a valid one. */
    public static @Nullable WalHeader read(FileChannel wal) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        while (bytes.hasRemaining() && wal.read(bytes, bytes.position()) >= 0) {
            // a positional read may return fewer bytes than asked for
        }
        return decode(bytes.flip());
    }

    private static WalChecksum checksumOf(ByteBuffer header, boolean bigEndian) {
        WalChecksum checksum = new WalChecksum(bigEndian);
        checksum.update(header, 0, CHECKED_BYTES);
        return checksum;
    }

    /** The place before the first frame of this generation. */
    public WalMark start() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        encode(bytes);
        return new WalMark(salt1, salt2, 0, bytes.getInt(24), bytes.getInt(28));
    }

    /** Where frame {@code frame} (from 1) begins in the file. */
    public static long frameOffset(int frame, int pageSize) {
        return BYTES + (frame - 1L) * (WalFrame.HEADER_BYTES + pageSize);
    }
}
