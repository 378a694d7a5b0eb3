package io.replsqlite.server.log;

import io.replsqlite.server.wal.WalMark;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What only this node knows of a record; stands before the body and is never shipped. */
record LocalHeader(
        long offset, long bodyLength, long syncedThrough, long previousOffset, long sequence, WalMark walMark) {

    static final int MAGIC = 0x52534c52; // "RSLR"
    private static final int BYTES = LogFormat.LOCAL_HEADER_BYTES;

    /** Where the record after this one starts. */
    long end() {
        return offset + BYTES + bodyLength;
    }

    /** Writes the header at 0..72, absolutely. */
    void encode(ByteBuffer into, long salt) {
        into.putInt(0, MAGIC);
        into.putLong(8, offset);
        into.putLong(16, bodyLength);
        into.putLong(24, syncedThrough);
        into.putLong(32, previousOffset);
        into.putLong(40, sequence);
        into.putInt(48, walMark.salt1());
        into.putInt(52, walMark.salt2());
        into.putInt(56, walMark.frame());
        into.putInt(60, walMark.checksum1());
        into.putInt(64, walMark.checksum2());
        into.putInt(68, 0);
        into.putInt(4, crc(into, 0, salt));
    }

    /**
     * The header that stands at {@code at} of the buffer and at {@code offset} of the segment, or null if
     * none does.
     */
    static @Nullable LocalHeader decode(ByteBuffer from, int at, long offset, long salt) {
        if (from.limit() - at < BYTES
                || from.getInt(at) != MAGIC
                || from.getLong(at + 8) != offset
                || from.getInt(at + 4) != crc(from, at, salt)
                || from.getInt(at + 68) != 0) {
            return null;
        }
        WalMark mark = new WalMark(
                from.getInt(at + 48),
                from.getInt(at + 52),
                from.getInt(at + 56),
                from.getInt(at + 60),
                from.getInt(at + 64));
        return new LocalHeader(
                offset,
                from.getLong(at + 16),
                from.getLong(at + 24),
                from.getLong(at + 32),
                from.getLong(at + 40),
                mark);
    }

    private static int crc(ByteBuffer buffer, int at, long salt) {
        CRC32C crc = new CRC32C();
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (salt >>> shift) & 0xff);
        }
        crc.update(buffer.slice(at + 8, BYTES - 8));
        return (int) crc.getValue();
    }
}
