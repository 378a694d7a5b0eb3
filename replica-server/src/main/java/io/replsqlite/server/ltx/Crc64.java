package io.replsqlite.server.ltx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * CRC-64/GO-ISO: polynomial 0x1B, reflected, register all ones before and inverted after.
 *
 * <p>Values chain: {@code update(update(START, a), b)} is the CRC of {@code a} followed by {@code b}. They also
 * concatenate: {@link #concat} makes the same value of two CRCs that were taken apart, so a page is read once however
 * many checksums it counts into.
 *
 * <p>Runs over every page of every commit, hence two measures. Sixteen bytes a step: {@code TABLE[256 * n + b]} is what
 * byte {@code b} contributes when {@code n} more bytes of the step follow it, so that the look-ups of a step do not wait
 * for each other. And two lanes: the halves of a 4 KiB chunk advance side by side, because one step does wait for the
 * step before.
 */
public final class Crc64 {
    /** The CRC of no bytes. */
    public static final long START = 0;

    private static final long POLYNOMIAL = 0xD800000000000000L;
    private static final int STEP = 16;
    private static final int LANE = 2048;
    private static final long[] TABLE = table();
    private static final long LANE_FACTOR = lengthFactor(LANE);

    private static final VarHandle ARRAY = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BUFFER =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Crc64() {}

    public static long of(byte[] bytes) {
        return update(START, bytes, 0, bytes.length);
    }

    public static long update(long crc, byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        long register = ~crc;
        int at = offset;
        int end = offset + length;
        for (; end - at >= 2 * LANE; at += 2 * LANE) {
            register = twoLanes(register, bytes, at);
        }
        for (; end - at >= STEP; at += STEP) {
            register = step(register ^ (long) ARRAY.get(bytes, at), (long) ARRAY.get(bytes, at + 8));
        }
        for (; at < end; at++) {
            register = step(register, bytes[at]);
        }
        return ~register;
    }

    /** Takes the buffer's remaining bytes, whatever its byte order; its position does not move. */
    public static long update(long crc, ByteBuffer bytes) {
        long register = ~crc;
        int at = bytes.position();
        int end = bytes.limit();
        for (; end - at >= 2 * LANE; at += 2 * LANE) {
            register = twoLanes(register, bytes, at);
        }
        for (; end - at >= STEP; at += STEP) {
            register = step(register ^ (long) BUFFER.get(bytes, at), (long) BUFFER.get(bytes, at + 8));
        }
        for (; at < end; at++) {
            register = step(register, bytes.get(at));
        }
        return ~register;
    }

    /** The four bytes of {@code value}, most significant first. */
    static long updateInt(long crc, int value) {
        long register = ~crc;
        register = step(register, (byte) (value >>> 24));
        register = step(register, (byte) (value >>> 16));
        register = step(register, (byte) (value >>> 8));
        return ~step(register, (byte) value);
    }

    /**
     * The CRC of two pieces of data, one after the other, from the CRC of each.
     *
     * @param secondLengthFactor {@link #lengthFactor} of the second piece; the same for all pieces of one length
     */
    public static long concat(long firstCrc, long secondCrc, long secondLengthFactor) {
        return multiply(firstCrc, secondLengthFactor) ^ secondCrc;
    }

    /** What {@link #concat} needs to know of a length: x to the power of its bits, modulo the polynomial. */
    public static long lengthFactor(int lengthBytes) {
        long factor = 1L << 63;
        long power = 1L << (63 - 8);
        for (int left = lengthBytes; left > 0; left >>>= 1) {
            if ((left & 1) != 0) {
                factor = multiply(factor, power);
            }
            power = multiply(power, power);
        }
        return factor;
    }

    private static long twoLanes(long register, byte[] bytes, int offset) {
        long first = register;
        long second = 0;
        for (int at = offset; at < offset + LANE; at += STEP) {
            int beside = at + LANE;
            first = step(first ^ (long) ARRAY.get(bytes, at), (long) ARRAY.get(bytes, at + 8));
            second = step(second ^ (long) ARRAY.get(bytes, beside), (long) ARRAY.get(bytes, beside + 8));
        }
        return multiply(first, LANE_FACTOR) ^ second;
    }

    private static long twoLanes(long register, ByteBuffer bytes, int offset) {
        long first = register;
        long second = 0;
        for (int at = offset; at < offset + LANE; at += STEP) {
            int beside = at + LANE;
            first = step(first ^ (long) BUFFER.get(bytes, at), (long) BUFFER.get(bytes, at + 8));
            second = step(second ^ (long) BUFFER.get(bytes, beside), (long) BUFFER.get(bytes, beside + 8));
        }
        return multiply(first, LANE_FACTOR) ^ second;
    }

    private static long step(long register, byte value) {
        return TABLE[(int) (register ^ value) & 0xff] ^ (register >>> 8);
    }

    /** Only the first half depends on the step before; it comes last, and the sums form a tree, so as to wait least. */
    private static long step(long first, long second) {
        return slice(second, 0) ^ slice(first, 8 * 256);
    }

    private static long slice(long word, int base) {
        long[] table = TABLE;
        int low = (int) word;
        int high = (int) (word >>> 32);
        long fromLow = (table[base + 7 * 256 + (low & 0xff)] ^ table[base + 6 * 256 + (low >>> 8 & 0xff)])
                ^ (table[base + 5 * 256 + (low >>> 16 & 0xff)] ^ table[base + 4 * 256 + (low >>> 24)]);
        long fromHigh = (table[base + 3 * 256 + (high & 0xff)] ^ table[base + 2 * 256 + (high >>> 8 & 0xff)])
                ^ (table[base + 256 + (high >>> 16 & 0xff)] ^ table[base + (high >>> 24)]);
        return fromLow ^ fromHigh;
    }

    /** The product of two polynomials modulo the CRC's, bit 63 being the coefficient of x to the power of 0. */
    private static long multiply(long a, long b) {
        long product = 0;
        long shifted = b;
        for (long left = a; left != 0; left <<= 1) {
            product ^= shifted & (left >> 63);
            shifted = (shifted >>> 1) ^ (POLYNOMIAL & -(shifted & 1));
        }
        return product;
    }

    private static long[] table() {
        long[] table = new long[STEP * 256];
        for (int value = 0; value < 256; value++) {
            long register = value;
            for (int bit = 0; bit < 8; bit++) {
                register = (register >>> 1) ^ (POLYNOMIAL & -(register & 1));
            }
            table[value] = register;
        }
        for (int i = 256; i < table.length; i++) {
            long previous = table[i - 256];
            table[i] = table[(int) previous & 0xff] ^ (previous >>> 8);
        }
        return table;
    }
}
