package io.replsqlite.server.ltx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an encoder remembers of the frames it has written, until it writes the page index: for each, the step from the
 * previous page number and the frame's size, as varints. About three bytes a page, so that the index of a snapshot of
 * 100 GB takes some 80 MB of memory and not 300.
 */
final class FrameList {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int MAX_ITEM_BYTES = 10;

    /** Receives the frames in the order they were added. */
    interface Visitor<E extends Exception> {
        void frame(int pageNumber, long offset, int sizeBytes) throws E;
    }

    /** Each cut to its content. */
    private final List<byte[]> fullChunks = new ArrayList<>();

    private byte[] chunk = new byte[1024];
    private int length;
    private int lastPageNumber;

    void clear() {
        fullChunks.clear();
        length = 0;
        lastPageNumber = 0;
    }

    void add(int pageNumber, int sizeBytes) {
        if (chunk.length - length < MAX_ITEM_BYTES) {
            grow();
        }
        length = IndexEntry.putVarint(chunk, length, pageNumber - lastPageNumber);
        length = IndexEntry.putVarint(chunk, length, sizeBytes);
        lastPageNumber = pageNumber;
    }

    private void grow() {
        if (chunk.length < CHUNK_BYTES) {
            chunk = Arrays.copyOf(chunk, CHUNK_BYTES);
            return;
        }
        fullChunks.add(Arrays.copyOf(chunk, length));
        length = 0;
    }

    /** @param firstOffset of the first frame in the file; the frames follow each other */
    <E extends Exception> void forEach(long firstOffset, Visitor<E> visitor) throws E {
        int pageNumber = 0;
        long offset = firstOffset;
        for (int i = 0; i <= fullChunks.size(); i++) {
            byte[] bytes = i < fullChunks.size() ? fullChunks.get(i) : chunk;
            int end = i < fullChunks.size() ? bytes.length : length;
            for (int at = 0; at < end; ) {
                int step = varint(bytes, at);
                at += varintBytes(step);
                int size = varint(bytes, at);
                at += varintBytes(size);
                pageNumber += step;
                visitor.frame(pageNumber, offset, size);
                offset += size;
            }
        }
    }

    private static int varint(byte[] bytes, int at) {
        int value = 0;
        for (int i = at, shift = 0; ; i++, shift += 7) {
            value |= (bytes[i] & 0x7f) << shift;
            if (bytes[i] >= 0) {
                return value;
            }
        }
    }

    private static int varintBytes(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }
}
