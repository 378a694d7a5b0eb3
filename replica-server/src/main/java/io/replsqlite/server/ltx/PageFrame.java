package io.replsqlite.server.ltx;

import java.io.IOException;

/** Reads one page frame, its header already taken apart, for the two decoders: in sequence and by index. */
final class PageFrame {
    private PageFrame() {}

    /**
     * Fills the page, except for its place and its checksum.
     *
     * @param offset of the frame, for messages
     * @return the compressed size if that is part of the frame header (v3-block), else 0
     */
    static int read(LtxInput in, int pageNumber, int frameFlags, int pageSize, LtxPage into, long offset)
            throws IOException {
        switch (frameFlags) {
            case 0 -> {
                Lz4Frame.read(in, into.prepare(pageNumber, pageSize, LtxPage.Encoding.FRAME), pageSize);
                return 0;
            }
            case LtxFormat.FRAME_FLAG_BLOCK -> {
                return readBlock(in, into.prepare(pageNumber, pageSize, LtxPage.Encoding.BLOCK), pageSize);
            }
            default ->
                throw new LtxFormatException(
                        "page " + pageNumber + " has unknown flags 0x" + Integer.toHexString(frameFlags), offset + 4);
        }
    }

    private static int readBlock(LtxInput in, byte[] page, int pageSize) throws IOException {
        long offset = in.offset();
        int at = in.take(Integer.BYTES, "a block size");
        int size = BigEndian.getInt(in.bytes(), at);
        if (size < 1 || size > Lz4BlockCompressor.maxBytes(pageSize)) {
            throw new LtxFormatException("a block of " + Integer.toUnsignedString(size) + " bytes", offset);
        }
        Lz4Frame.readBareBlock(in, size, page, pageSize);
        return size;
    }
}
