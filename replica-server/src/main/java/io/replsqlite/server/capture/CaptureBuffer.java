package io.replsqlite.server.capture;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A byte array that grows to the largest ordinary commit and is used again for the next. */
final class CaptureBuffer extends OutputStream {
    private byte[] bytes = new byte[64 << 10];
    private int length;

    void clear() {
        length = 0;
    }

    @Override
    public void write(int oneByte) {
        ensure(1);
        bytes[length++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
