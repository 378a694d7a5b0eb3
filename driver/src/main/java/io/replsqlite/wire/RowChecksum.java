package io.replsqlite.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checksum over rows in their order: equal for equal values of equal storage classes. SHA-256, since a transaction goes on
 * because two of these are equal. Not for several threads at a time.
 *
 * <pre>
 * checksum(no rows)   32 zero bytes
 * checksum(rows, row) SHA-256(checksum(rows), u32 number of values, values of row)
 * value               'n' | 'i' i64 | 'f' f64 bits | 't' u32 length, UTF-8 | 'b' u32 length, bytes; big-endian
 * </pre>
 */
public final class RowChecksum {
    private final MessageDigest digest;
    private byte[] state;

    public RowChecksum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
        state = new byte[digest.getDigestLength()];
    }

    /** A value is null, Integer, Long, Double, String or byte[]. */
    public void add(List<@Nullable Object> row) {
        digest.update(state);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(row.size()).flip());
        row.forEach(this::update);
        state = digest.digest();
    }

    private void update(@Nullable Object value) {
        if (value == null) {
            digest.update((byte) 'n');
        } else if (value instanceof Long || value instanceof Integer) {
            update('i', ((Number) value).longValue());
        } else if (value instanceof Double number) {
            update('f', Double.doubleToLongBits(number));
        } else if (value instanceof String text) {
            update('t', text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof byte[] blob) {
            update('b', blob);
        } else {
            throw new IllegalArgumentException("not a value of SQLite: " + value.getClass());
        }
    }

    private void update(char type, long bits) {
        digest.update((byte) type);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bits).flip());
    }

    private void update(char type, byte[] bytes) {
        digest.update((byte) type);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    /** Of the rows so far, as 64 hex digits. */
    public String hex() {
        return HexFormat.of().formatHex(state);
    }
}
