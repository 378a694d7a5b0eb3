package io.replsqlite.server.ltx;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A read-ahead window on an input that counts offsets. Bytes are used in place: {@link #take} makes the next few
 * contiguous in {@link #bytes}, valid until the next call. The window grows to the largest single take, never further.
 */
final class LtxInput {
    private static final int INITIAL_BYTES = 8 * 1024;
    private static final int MAX_TAKE_BYTES = LtxFormat.MAX_FRAME_BYTES;

    private InputStream in = InputStream.nullInputStream();
    private byte[] window = new byte[INITIAL_BYTES];
    private int position;
    private int limit;
    private long windowOffset;

    /** Starts over with another input, whose next byte counts as {@code offset} of the file. */
    void open(InputStream newInput, long offset) {
        in = newInput;
        position = 0;
        limit = 0;
        windowOffset = offset;
    }

    /** The offset in the file of the next byte. */
    long offset() {
        return windowOffset + position;
    }

    byte[] bytes() {
        return window;
    }

    /** @return where in {@link #bytes} the next {@code length} bytes stand; they count as read */
    int take(int length, String what) throws IOException {
        if (length < 0 || length > MAX_TAKE_BYTES) {
            throw new IllegalArgumentException("a take of " + length + " bytes");
        }
        if (limit - position < length) {
            fill(length, what);
        }
        int at = position;
        position += length;
        return at;
    }

    int littleEndianInt(String what) throws IOException {
        int at = take(Integer.BYTES, what);
        return BigEndian.getLittleEndianInt(window, at);
    }

    byte nextByte(String what) throws IOException {
        int at = take(1, what);
        return window[at];
    }

    /** Whether the input has no further byte. */
    boolean isAtEnd() throws IOException {
        return position == limit && !readMore();
    }

    private void fill(int length, String what) throws IOException {
        makeRoom(length);
        while (limit - position < length) {
            if (!readMore()) {
                throw new LtxFormatException("the file ends inside " + what, windowOffset + limit);
            }
        }
    }

    private void makeRoom(int length) {
        byte[] target = length > window.length ? new byte[Math.min(MAX_TAKE_BYTES, 2 * length)] : window;
        System.arraycopy(window, position, target, 0, limit - position);
        window = target;
        windowOffset += position;
        limit -= position;
        position = 0;
    }

    private boolean readMore() throws IOException {
        if (limit == window.length) {
            makeRoom(0);
        }
        try {
            int count = in.read(window, limit, window.length - limit);
            limit += Math.max(count, 0);
            return count >= 0;
        } catch (EOFException e) {
            throw new LtxFormatException("the input ends early", windowOffset + limit, e);
        }
    }
}
