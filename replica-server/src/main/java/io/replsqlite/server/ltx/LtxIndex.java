package io.replsqlite.server.ltx;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Random access to the pages of one file by its page index, without reading the rest.
 *
 * <p>The file checksum is not verified, that takes the whole file: a page is held against its own header, its place in
 * the index and, in v3-frame, its LZ4 content checksum. For one thread at a time.
 */
public final class LtxIndex {
    private static final int TAIL_BYTES = Long.BYTES + LtxFormat.TRAILER_BYTES;

    private final LtxSource source;
    private final LtxHeader header;
    private final LtxTrailer trailer;
    private final LtxInput in = new LtxInput();

    private int[] pageNumbers = new int[64];
    private long[] frameOffsets = new long[64];
    private int[] frameSizes = new int[64];
    private int size;

    /** Reads header, index and trailer. */
    public static LtxIndex read(LtxSource source) throws IOException {
        if (source.sizeBytes() < LtxFormat.MIN_FILE_BYTES) {
            throw new LtxFormatException("too short for an LTX file", source.sizeBytes());
        }
        byte[] bytes = new byte[LtxFormat.HEADER_BYTES];
        source.read(0, bytes, 0, bytes.length);
        LtxHeader header = LtxHeader.read(bytes, 0);
        source.read(source.sizeBytes() - TAIL_BYTES, bytes, 0, TAIL_BYTES);
        LtxTrailer trailer = new LtxTrailer(BigEndian.getLong(bytes, 8), BigEndian.getLong(bytes, 16));
        LtxIndex index = new LtxIndex(source, header, trailer);
        index.readEntries(BigEndian.getLong(bytes, 0));
        return index;
    }

    private LtxIndex(LtxSource source, LtxHeader header, LtxTrailer trailer) {
        this.source = source;
        this.header = header;
        this.trailer = trailer;
    }

    private void readEntries(long indexBytes) throws IOException {
        long end = source.sizeBytes() - TAIL_BYTES;
        long start = end - indexBytes;
        if (indexBytes < 1 || start < LtxFormat.HEADER_BYTES + LtxFormat.PAGE_HEADER_BYTES) {
            throw new LtxFormatException("an index of " + Long.toUnsignedString(indexBytes) + " bytes", end);
        }
        if (indexBytes > LtxFormat.MAX_INDEX_BYTES) {
            throw new LtxFormatException("an index above the limit of " + LtxFormat.MAX_INDEX_BYTES + " bytes", end);
        }
        in.open(new SourceStream(source, start, end), start);
        long frameOffset = LtxFormat.HEADER_BYTES;
        for (long number = IndexEntry.readVarint(in); number != 0; number = IndexEntry.readVarint(in)) {
            frameOffset += readEntry(number, frameOffset);
        }
        if (in.offset() != end || frameOffset + LtxFormat.PAGE_HEADER_BYTES != start) {
            throw new LtxFormatException("the page index does not cover the page frames", start);
        }
    }

    /** @return the size of the entry's frame */
    private int readEntry(long number, long expectedOffset) throws IOException {
        long at = in.offset();
        long last = size == 0 ? 0 : pageNumbers[size - 1];
        if (number <= last || number > header.commit() || number == header.lockPage()) {
            throw new LtxFormatException("index entry for page " + number + " after page " + last, at);
        }
        long offset = IndexEntry.readVarint(in);
        long frameSize = IndexEntry.readVarint(in);
        if (offset != expectedOffset) {
            throw new LtxFormatException("index entry for page " + number + " points to " + offset, at);
        }
        if (frameSize <= LtxFormat.PAGE_HEADER_BYTES || frameSize > LtxFormat.MAX_FRAME_BYTES) {
            throw new LtxFormatException("index entry for page " + number + " with frame size " + frameSize, at);
        }
        add((int) number, offset, (int) frameSize);
        return (int) frameSize;
    }

    private void add(int number, long offset, int frameSize) {
        if (size == pageNumbers.length) {
            int room = size + size / 2;
            pageNumbers = Arrays.copyOf(pageNumbers, room);
            frameOffsets = Arrays.copyOf(frameOffsets, room);
            frameSizes = Arrays.copyOf(frameSizes, room);
        }
        pageNumbers[size] = number;
        frameOffsets[size] = offset;
        frameSizes[size] = frameSize;
        size++;
    }

    public LtxHeader header() {
        return header;
    }

    /** As it stands in the file; not verified. */
    public LtxTrailer trailer() {
        return trailer;
    }

    /** The page numbers in the file, ascending. */
    public int[] pageNumbers() {
        return Arrays.copyOf(pageNumbers, size);
    }

    public boolean contains(int pageNumber) {
        return Arrays.binarySearch(pageNumbers, 0, size, pageNumber) >= 0;
    }

    /** @return whether the file has the page; if not, {@code into} is as before */
    public boolean readPage(int pageNumber, LtxPage into) throws IOException {
        int entry = Arrays.binarySearch(pageNumbers, 0, size, pageNumber);
        if (entry < 0) {
            return false;
        }
        long offset = frameOffsets[entry];
        long end = offset + frameSizes[entry];
        in.open(new SourceStream(source, offset, end), offset);
        int at = in.take(LtxFormat.PAGE_HEADER_BYTES, "a page header");
        int number = BigEndian.getInt(in.bytes(), at);
        int frameFlags = BigEndian.getShort(in.bytes(), at + 4);
        if (number != pageNumber) {
            throw new LtxFormatException(
                    "the index has page " + pageNumber + " where page " + Integer.toUnsignedString(number) + " is",
                    offset);
        }
        int blockBytes = PageFrame.read(in, pageNumber, frameFlags, header.pageSize(), into, offset);
        if (in.offset() != end) {
            throw new LtxFormatException(
                    "the frame of page " + pageNumber + " ends before the index says", in.offset());
        }
        into.place(blockBytes, offset, frameSizes[entry]);
        into.complete(PageChecksum.of(pageNumber, into.bytes(), 0, header.pageSize()));
        return true;
    }

    /** A stretch of the source as a stream. */
    private static final class SourceStream extends InputStream {
        private final LtxSource source;
        private final long end;
        private long position;

        SourceStream(LtxSource source, long start, long end) {
            this.source = source;
            this.position = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int count = (int) Math.min(length, end - position);
            if (count <= 0) {
                return length == 0 ? 0 : -1;
            }
            source.read(position, into, at, count);
            position += count;
            return count;
        }
    }
}
