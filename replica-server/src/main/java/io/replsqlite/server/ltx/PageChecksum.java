package io.replsqlite.server.ltx;

import io.replsqlite.base.StateChecksum;

/**
 * The checksum of one page, and how pages add up to the checksum of a database.
 *
 * <p>Of a page: 2^63 | CRC-64 of its number (u32, big-endian) and its bytes; the lock page has 0. Of a database: 2^63 |
 * XOR over its pages. Since XOR is its own inverse, a commit updates the sum from the pages it touched alone.
 */
public final class PageChecksum {
    /** The checksum of a page that does not exist: past the end of the database, or the lock page. */
    public static final long NONE = 0;

    private PageChecksum() {}

    /** @param length the page size */
    public static long of(int pageNumber, byte[] page, int offset, int length) {
        if (pageNumber == LtxFormat.lockPage(length)) {
            return NONE;
        }
        return LtxFormat.CHECKSUM_BIT | Crc64.update(Crc64.updateInt(Crc64.START, pageNumber), page, offset, length);
    }

    /** The same from the CRC of the page alone. */
    static long of(int pageNumber, long pageCrc, long pageLengthFactor) {
        long numberCrc = Crc64.updateInt(Crc64.START, pageNumber);
        return LtxFormat.CHECKSUM_BIT | Crc64.concat(numberCrc, pageCrc, pageLengthFactor);
    }

    /** Adds a page that did not count into the sum, or takes out one that did. */
    public static long toggle(long databaseChecksum, long pageChecksum) {
        return LtxFormat.CHECKSUM_BIT | (databaseChecksum ^ pageChecksum);
    }

    /** The sum after one page changed; {@link #NONE} stands for a page that was, or is now, not there. */
    public static StateChecksum replace(StateChecksum state, long oldPageChecksum, long newPageChecksum) {
        return new StateChecksum(toggle(toggle(state.bits(), oldPageChecksum), newPageChecksum));
    }
}
