package io.replsqlite.server.ltx;

import java.io.IOException;

/** One entry of the page index: three LEB128 varints in their shortest form. */
final class IndexEntry {
    private static final int MAX_VARINT_BYTES = 10;
    /** No entry is longer. */
    static final int MAX_BYTES = 3 * MAX_VARINT_BYTES;

    private IndexEntry() {}

    /** @return where in {@code into} the entry ends */
    static int put(byte[] into, int at, int pageNumber, long frameOffset, int frameBytes) {
        return putVarint(into, putVarint(into, putVarint(into, at, pageNumber), frameOffset), frameBytes);
    }

    static int putVarint(byte[] into, int at, long value) {
        int end = at;
        long left = value;
        for (; (left & ~0x7fL) != 0; left >>>= 7) {
            into[end++] = (byte) (left | 0x80);
        }
        into[end++] = (byte) left;
        return end;
    }

    /** @return a value that is not negative */
    static long readVarint(LtxInput in) throws IOException {
        long start = in.offset();
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = in.nextByte("the page index");
            value |= (next & 0x7fL) << shift;
            if (next > 0 || (next == 0 && shift == 0)) {
                return value;
            }
            if (next == 0) {
                throw new LtxFormatException("a varint of the page index is longer than needed", start);
            }
        }
        throw new LtxFormatException("a varint of the page index is too large", start);
    }
}
