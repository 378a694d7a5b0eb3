package io.replsqlite.server.ltx;

/**
 * One page as a decoder delivers it, reused from page to page. The bytes stand at the start of {@link #bytes}, which
 * has room for the page or more and stays the same array as long as the page size does not grow.
 */
public final class LtxPage {
    /** How the page was stored. */
    public enum Encoding {
        /** v3-frame: an LZ4 frame with its own checksum. */
        FRAME,
        /** v3-block: a bare LZ4 block. */
        BLOCK
    }

    private int number;
    private int size;
    private byte[] bytes = new byte[0];
    private Encoding encoding = Encoding.FRAME;
    private long checksum;
    private int blockBytes;
    private long frameOffset;
    private int frameBytes;

    public int number() {
        return number;
    }

    /** The page size. */
    public int size() {
        return size;
    }

    public byte[] bytes() {
        return bytes;
    }

    public Encoding encoding() {
        return encoding;
    }

    /** What {@link PageChecksum#of} makes of this page, which decoding had to compute anyway. */
    public long checksum() {
        return checksum;
    }

    /** Where in the file the page's frame begins. */
    public long frameOffset() {
        return frameOffset;
    }

    /** The length of the page's frame: its header and its compressed bytes. */
    public int frameBytes() {
        return frameBytes;
    }

    /** Makes room for a page, whose content is to be filled in. */
    byte[] prepare(int newNumber, int newSize, Encoding newEncoding) {
        if (bytes.length < newSize) {
            bytes = new byte[newSize];
        }
        number = newNumber;
        size = newSize;
        encoding = newEncoding;
        return bytes;
    }

    /** The compressed size where that is part of the frame header (v3-block), else 0. */
    int blockBytes() {
        return blockBytes;
    }

    void place(int newBlockBytes, long newFrameOffset, int newFrameBytes) {
        blockBytes = newBlockBytes;
        frameOffset = newFrameOffset;
        frameBytes = newFrameBytes;
    }

    void complete(long newChecksum) {
        checksum = newChecksum;
    }
}
