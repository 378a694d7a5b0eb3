package io.replsqlite.server.ltx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses one page to one LZ4 block. Made for the commit path: the hash table is kept between pages, and input never
 * exceeds 64 KiB, so that places in it fit two bytes. (lz4-java's safe Java compressor allocates 16 KiB a call and takes
 * twice the time; its faster one needs {@code sun.misc.Unsafe}. {@link Lz4BlockDecompressor} is the mirror.)
 *
 * <p>A block is a run of sequences: a token (high four bits the number of literals, low four the match length less 4,
 * 15 meaning that bytes follow which add to it), literals, u16le distance. The last sequence is literals only. The format
 * demands that a match ends five bytes before the end at the latest and begins twelve bytes before it.
 */
final class Lz4BlockCompressor {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MIN_MATCH = 4;
    private static final int END_LITERALS = 5;
    private static final int MATCH_START_MARGIN = 12;
    private static final int TABLE_BITS = 12;
    /** After 2^6 misses in a row the search moves two bytes at a time, after as many again three, and so on. */
    private static final int SKIP_BITS = 6;

    /** By the hash of four bytes: where in the page they were last seen. Zero may also mean never; it is checked. */
    private final char[] table = new char[1 << TABLE_BITS];

    private byte[] page = new byte[0];
    private int start;
    private int lastMatchStart;
    private int matchLimit;
    private byte[] out = new byte[0];
    private int outAt;

    /** The longest block of {@code length} bytes. */
    static int maxBytes(int length) {
        return length + length / 255 + 16;
    }

    /** @return the length of the block; {@code into} has room for {@link #maxBytes} */
    int compress(byte[] source, int offset, int length, byte[] into, int at) {
        if (length > LtxFormat.MAX_PAGE_SIZE || into.length - at < maxBytes(length)) {
            throw new IllegalArgumentException(length + " bytes into " + (into.length - at));
        }
        Arrays.fill(table, (char) 0);
        page = source;
        start = offset;
        lastMatchStart = offset + length - MATCH_START_MARGIN;
        matchLimit = offset + length - END_LITERALS;
        out = into;
        outAt = at;
        int anchor = writeSequences();
        writeLiterals(anchor, offset + length - anchor);
        return outAt - at;
    }

    /** @return where the literals begin that no match follows */
    private int writeSequences() {
        int anchor = start;
        int current = start + 1;
        int tries = 1 << SKIP_BITS;
        while (current <= lastMatchStart) {
            int match = findAndRemember(current);
            if (match < 0) {
                current += tries++ >>> SKIP_BITS;
                continue;
            }
            while (current > anchor && match > start && page[current - 1] == page[match - 1]) {
                current--;
                match--;
            }
            int length = matchLength(match + MIN_MATCH, current + MIN_MATCH);
            writeSequence(anchor, current, match, length);
            current += MIN_MATCH + length;
            anchor = current;
            tries = 1 << SKIP_BITS;
            if (current <= lastMatchStart) {
                table[hash((int) INT.get(page, current - 2))] = (char) (current - 2 - start);
            }
        }
        return anchor;
    }

    /** @return an earlier place with the same four bytes, or -1 */
    private int findAndRemember(int current) {
        int value = (int) INT.get(page, current);
        int hash = hash(value);
        int candidate = start + table[hash];
        table[hash] = (char) (current - start);
        return (int) INT.get(page, candidate) == value ? candidate : -1;
    }

    private static int hash(int value) {
        return (value * -1640531535) >>> (32 - TABLE_BITS);
    }

    private int matchLength(int earlier, int current) {
        int a = earlier;
        int b = current;
        for (; b <= matchLimit - Long.BYTES; a += Long.BYTES, b += Long.BYTES) {
            long difference = (long) LONG.get(page, a) ^ (long) LONG.get(page, b);
            if (difference != 0) {
                return b - current + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
        }
        while (b < matchLimit && page[a] == page[b]) {
            a++;
            b++;
        }
        return b - current;
    }

    private void writeSequence(int anchor, int current, int match, int length) {
        int token = outAt;
        writeLiterals(anchor, current - anchor);
        int distance = current - match;
        out[outAt++] = (byte) distance;
        out[outAt++] = (byte) (distance >>> 8);
        if (length >= 15) {
            out[token] |= 15;
            writeLengthRest(length - 15);
        } else {
            out[token] |= (byte) length;
        }
    }

    private void writeLiterals(int from, int length) {
        int token = outAt++;
        if (length >= 15) {
            out[token] = (byte) 0xf0;
            writeLengthRest(length - 15);
        } else {
            out[token] = (byte) (length << 4);
        }
        copy(from, length);
    }

    /** Most runs are short: two words beyond the need of it cost less than an exact copy. */
    private void copy(int from, int length) {
        if (length <= 16 && from + 16 <= page.length && outAt + 16 <= out.length) {
            LONG.set(out, outAt, (long) LONG.get(page, from));
            LONG.set(out, outAt + 8, (long) LONG.get(page, from + 8));
        } else {
            System.arraycopy(page, from, out, outAt, length);
        }
        outAt += length;
    }

    private void writeLengthRest(int rest) {
        int left = rest;
        for (; left >= 255; left -= 255) {
            out[outAt++] = (byte) 255;
        }
        out[outAt++] = (byte) left;
    }
}
