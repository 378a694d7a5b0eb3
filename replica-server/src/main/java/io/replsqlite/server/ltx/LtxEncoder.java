package io.replsqlite.server.ltx;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes one file after the other: {@code begin}, {@code page} in ascending order, {@code finish}; then the next
 * {@code begin}. Holds its buffers between files, so a writer thread keeps one encoder. Not for two threads at a time.
 *
 * <p>Writes v3-frame without database checksums, which every Litestream 0.5 restores. {@link LtxDecoder} is the mirror.
 */
public final class LtxEncoder {
    private enum State {
        /** No file is open. */
        IDLE,
        /** A header is written; pages may follow. */
        PAGES,
        /** The sink refused bytes, the file is incomplete; only {@link #reset} helps. */
        BROKEN
    }

    private static final LtxSink NO_SINK = (bytes, offset, length) -> {
        throw new IllegalStateException("no file is open");
    };
    private static final int INDEX_BUFFER_BYTES = 4096;

    private final @Nullable Lz4BlockCompressor compressor;
    private final FrameList frames = new FrameList();
    private final byte[] index = new byte[INDEX_BUFFER_BYTES];
    private byte[] frame = new byte[LtxFormat.HEADER_BYTES];

    private State state = State.IDLE;
    private LtxSink sink = NO_SINK;
    private boolean snapshot;
    private int pageSize;
    private int commit;
    private int lastPage;
    private long pageLengthFactor;
    private long fileCrc;
    private long offset;

    private int indexLength;
    private long indexStart;

    public LtxEncoder() {
        this(LtxCompression.LZ4);
    }

    public LtxEncoder(LtxCompression compression) {
        compressor = compression == LtxCompression.LZ4 ? new Lz4BlockCompressor() : null;
    }

    /** @throws IllegalArgumentException if the header asks for what we do not write */
    public void begin(LtxSink newSink, LtxHeader header) throws IOException {
        require(State.IDLE, "begin");
        if (header.hasChecksums() || header.nodeId() != 0) {
            throw new IllegalArgumentException("written are files without database checksums and node id only");
        }
        prepare(newSink, header);
        state = State.BROKEN;
        header.write(frame);
        emit(frame, LtxFormat.HEADER_BYTES);
        state = State.PAGES;
    }

    private void prepare(LtxSink newSink, LtxHeader header) {
        int frameBytes = LtxFormat.PAGE_HEADER_BYTES + Lz4Frame.maxBytes(header.pageSize());
        if (frame.length < frameBytes) {
            frame = new byte[frameBytes];
        }
        if (pageSize != header.pageSize()) {
            pageSize = header.pageSize();
            pageLengthFactor = Crc64.lengthFactor(pageSize);
        }
        frames.clear();
        sink = newSink;
        snapshot = header.isSnapshot();
        commit = header.commit();
        lastPage = 0;
        fileCrc = Crc64.START;
        offset = 0;
    }

    /**
     * Writes the page that stands at {@code pageOffset} of {@code page}.
     *
     * @return the page's checksum, {@link PageChecksum#of}, which falls out of the file's
     */
    public long page(int pageNumber, byte[] page, int pageOffset) throws IOException {
        require(State.PAGES, "page");
        checkPageNumber(pageNumber);
        Objects.checkFromIndexSize(pageOffset, pageSize, page.length);
        state = State.BROKEN;
        long pageCrc = Crc64.update(Crc64.START, page, pageOffset, pageSize);
        BigEndian.putInt(frame, 0, pageNumber);
        BigEndian.putShort(frame, 4, 0);
        fileCrc = Crc64.update(fileCrc, frame, 0, LtxFormat.PAGE_HEADER_BYTES);
        fileCrc = Crc64.concat(fileCrc, pageCrc, pageLengthFactor);
        int frameBytes = LtxFormat.PAGE_HEADER_BYTES
                + Lz4Frame.write(compressor, page, pageOffset, pageSize, frame, LtxFormat.PAGE_HEADER_BYTES);
        send(frame, frameBytes);
        frames.add(pageNumber, frameBytes);
        lastPage = pageNumber;
        state = State.PAGES;
        return PageChecksum.of(pageNumber, pageCrc, pageLengthFactor);
    }

    private void checkPageNumber(int pageNumber) {
        if (pageNumber <= lastPage) {
            throw new IllegalArgumentException("page " + pageNumber + " does not come after page " + lastPage);
        }
        if (pageNumber > commit) {
            throw new IllegalArgumentException("page " + pageNumber + " of a database of " + commit + " pages");
        }
        if (pageNumber == LtxFormat.lockPage(pageSize)) {
            throw new IllegalArgumentException("page " + pageNumber + " is the lock page, which has no content");
        }
        if (snapshot && pageNumber != LtxFormat.pageAfter(lastPage, pageSize)) {
            throw new IllegalArgumentException("a snapshot skips from page " + lastPage + " to page " + pageNumber);
        }
    }

    /** Completes the file; its size is {@link #bytesWritten}. The sink is neither flushed nor closed. */
    public LtxTrailer finish() throws IOException {
        require(State.PAGES, "finish");
        if (snapshot && !LtxFormat.isComplete(lastPage, commit, pageSize)) {
            throw new IllegalStateException("a snapshot of " + commit + " pages ends after page " + lastPage);
        }
        state = State.BROKEN;
        writeEndMark();
        writeIndex();
        LtxTrailer trailer = writeTrailer();
        sink = NO_SINK;
        state = State.IDLE;
        return trailer;
    }

    private void writeEndMark() throws IOException {
        BigEndian.putInt(frame, 0, 0);
        BigEndian.putShort(frame, 4, 0);
        emit(frame, LtxFormat.PAGE_HEADER_BYTES);
    }

    private void writeIndex() throws IOException {
        indexStart = offset;
        indexLength = 0;
        frames.forEach(LtxFormat.HEADER_BYTES, this::addIndexEntry);
        index[indexLength++] = 0;
        flushIndex();
        BigEndian.putLong(index, 0, offset - indexStart);
        emit(index, Long.BYTES);
    }

    private void addIndexEntry(int pageNumber, long frameOffset, int frameBytes) throws IOException {
        indexLength = IndexEntry.put(index, indexLength, pageNumber, frameOffset, frameBytes);
        if (index.length - indexLength <= IndexEntry.MAX_BYTES) {
            flushIndex();
        }
    }

    private void flushIndex() throws IOException {
        emit(index, indexLength);
        indexLength = 0;
    }

    private LtxTrailer writeTrailer() throws IOException {
        BigEndian.putLong(frame, 0, 0);
        fileCrc = Crc64.update(fileCrc, frame, 0, Long.BYTES);
        LtxTrailer trailer = new LtxTrailer(0, fileCrc | LtxFormat.CHECKSUM_BIT);
        BigEndian.putLong(frame, Long.BYTES, trailer.fileChecksum());
        send(frame, LtxFormat.TRAILER_BYTES);
        return trailer;
    }

    /** Gives up the file that is open, if any; what the sink has of it is worthless. */
    public void reset() {
        sink = NO_SINK;
        state = State.IDLE;
    }

    /** Bytes given to the sink since the last {@code begin}. */
    public long bytesWritten() {
        return offset;
    }

    private void emit(byte[] bytes, int length) throws IOException {
        fileCrc = Crc64.update(fileCrc, bytes, 0, length);
        send(bytes, length);
    }

    private void send(byte[] bytes, int length) throws IOException {
        sink.write(bytes, 0, length);
        offset += length;
    }

    private void require(State expected, String call) {
        if (state != expected) {
            throw new IllegalStateException(call + " on an encoder that is " + state);
        }
    }
}
