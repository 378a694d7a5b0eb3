package io.replsqlite.server.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** SQLite's cumulative WAL checksum. One instance per thread; the words' byte order is fixed at construction. */
public final class WalChecksum {
    private static final VarHandle LITTLE_ENDIAN_PAIR =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_ENDIAN_PAIR =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** What SQLite chooses on this machine for a WAL it starts. */
    public static final boolean NATIVE_IS_BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private final boolean bigEndian;
    private int sum1;
    private int sum2;

    public WalChecksum(boolean bigEndian) {
        this.bigEndian = bigEndian;
    }

    /** Continues from a known pair of sums; 0, 0 for a header. */
    public void startAt(int newSum1, int newSum2) {
        sum1 = newSum1;
        sum2 = newSum2;
    }

    /** Adds bytes of the buffer, whatever its position and order; {@code length} is a multiple of 8. */
    public void update(ByteBuffer buffer, int offset, int length) {
        if ((length & 7) != 0) {
            throw new IllegalArgumentException("a checksum covers pairs of words, not " + length + " bytes");
        }
        if (bigEndian) {
            updateBigEndian(buffer, offset, offset + length);
        } else {
            updateLittleEndian(buffer, offset, offset + length);
        }
    }

    private void updateLittleEndian(ByteBuffer buffer, int from, int to) {
        int s1 = sum1;
        int s2 = sum2;
        for (int at = from; at < to; at += 8) {
            long pair = (long) LITTLE_ENDIAN_PAIR.get(buffer, at);
            s1 += (int) pair + s2;
            s2 += (int) (pair >>> 32) + s1;
        }
        sum1 = s1;
        sum2 = s2;
    }

    private void updateBigEndian(ByteBuffer buffer, int from, int to) {
        int s1 = sum1;
        int s2 = sum2;
        for (int at = from; at < to; at += 8) {
            long pair = (long) BIG_ENDIAN_PAIR.get(buffer, at);
            s1 += (int) (pair >>> 32) + s2;
            s2 += (int) pair + s1;
        }
        sum1 = s1;
        sum2 = s2;
    }

    public int sum1() {
        return sum1;
    }

    public int sum2() {
        return sum2;
    }
}
