package io.replsqlite.server.ltx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Expands one LZ4 block. The mirror of {@link Lz4BlockCompressor}, whose documentation has the format, for blocks of any
 * origin: nothing is read or written outside the given bounds, whatever the block holds. (lz4-java's safe decompressor
 * copies short runs byte by byte and takes more than twice the time.)
 */
final class Lz4BlockDecompressor {
    /** Instead of a length: not an LZ4 block, or one of more than fits. */
    static final int DAMAGED = -1;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MIN_MATCH = 4;
    private static final int MORE_FOLLOWS = 15;
    private static final int SHORT_RUN = 16;

    private final byte[] block;
    private final int end;
    private int at;

    private Lz4BlockDecompressor(byte[] block, int at, int size) {
        this.block = block;
        this.at = at;
        this.end = at + size;
    }

    /** @return how many bytes came out, or {@link #DAMAGED}; the bytes of {@code into} within {@code space} are changed */
    static int decompress(byte[] block, int at, int size, byte[] into, int intoAt, int space) {
        return new Lz4BlockDecompressor(block, at, size).expand(into, intoAt, intoAt + space);
    }

    private int expand(byte[] into, int start, int limit) {
        int to = start;
        while (at < end) {
            int token = block[at++] & 0xff;
            int literals = length(token >>> 4);
            if (literals < 0 || literals > end - at || literals > limit - to) {
                return DAMAGED;
            }
            copyLiterals(into, to, literals, limit);
            at += literals;
            to += literals;
            if (at == end) {
                return to - start;
            }
            if (end - at < Short.BYTES) {
                return DAMAGED;
            }
            int distance = (block[at] & 0xff) | (block[at + 1] & 0xff) << 8;
            at += Short.BYTES;
            int match = length(token & 0xf) + MIN_MATCH;
            if (match < MIN_MATCH || match > limit - to || distance == 0 || distance > to - start) {
                return DAMAGED;
            }
            copyMatch(into, to, distance, match, limit);
            to += match;
        }
        return DAMAGED; // the last sequence has no match
    }

    /** The length that begins with four bits of the token; below -{@link #MIN_MATCH} if the block ends in it. */
    private int length(int bits) {
        int length = bits;
        if (bits == MORE_FOLLOWS) {
            int next;
            do {
                if (at == end) {
                    return Integer.MIN_VALUE;
                }
                next = block[at++] & 0xff;
                length += next;
            } while (next == 0xff);
        }
        return length;
    }

    /** Most runs are short: two words, of which too much is overwritten by what follows, cost less than an exact copy. */
    private void copyLiterals(byte[] into, int to, int length, int limit) {
        if (length <= SHORT_RUN && block.length - at >= SHORT_RUN && limit - to >= SHORT_RUN) {
            LONG.set(into, to, (long) LONG.get(block, at));
            LONG.set(into, to + Long.BYTES, (long) LONG.get(block, at + Long.BYTES));
        } else {
            System.arraycopy(block, at, into, to, length);
        }
    }

    /** The bytes that a match repeats may be such as it writes itself. */
    private static void copyMatch(byte[] into, int to, int distance, int length, int limit) {
        int matchEnd = to + length;
        int next = to;
        if (distance >= Long.BYTES && limit - matchEnd >= Long.BYTES) {
            for (; next < matchEnd; next += Long.BYTES) {
                LONG.set(into, next, (long) LONG.get(into, next - distance));
            }
            return;
        }
        int from = to - distance;
        while (next < matchEnd) { // what is repeated doubles with every step
            int count = Math.min(next - from, matchEnd - next);
            System.arraycopy(into, from, into, next, count);
            next += count;
        }
    }
}
