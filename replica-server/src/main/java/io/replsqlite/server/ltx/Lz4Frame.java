package io.replsqlite.server.ltx;

import java.io.IOException;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/**
 * One page as an LZ4 frame, in the one shape that Litestream 0.5 writes and reads: independent blocks of at most 64 KiB,
 * content checksum, no content size. A page never exceeds 64 KiB, so we write exactly one block. Also the bare LZ4 block
 * of v3-block.
 *
 * <p>The codec is in pure Java: no native library besides sqlite-jdbc's own.
 */
final class Lz4Frame {
    /** Everything around the one block that we write: descriptor, block size, end mark, content checksum. */
    static final int OVERHEAD_BYTES = 7 + 4 + 4 + 4;

    private static final int MAGIC = 0x04224D18;
    /** Version 1, independent blocks, content checksum; 64 KiB; the descriptor's own checksum. */
    private static final int DESCRIPTOR = 0x6440A7;

    private static final int PREFIX_BYTES = 7;
    private static final int STORED = 1 << 31;
    private static final int MAX_FRAME_BLOCK_BYTES = 65_536;

    private static final XXHash32 XXHASH = XXHashFactory.fastestJavaInstance().hash32();

    private Lz4Frame() {}

    /** Bytes that {@link #write} may need for a page. */
    static int maxBytes(int pageSize) {
        return OVERHEAD_BYTES + Lz4BlockCompressor.maxBytes(pageSize);
    }

    /**
     * @param compressor null to store the page as it is
     * @return the length of the frame
     */
    static int write(
            @Nullable Lz4BlockCompressor compressor, byte[] page, int offset, int pageSize, byte[] into, int at) {
        BigEndian.putInt(into, at, MAGIC);
        BigEndian.putInt(into, at + 3, (MAGIC << 24) | DESCRIPTOR);
        int block = at + PREFIX_BYTES + Integer.BYTES;
        int length = compressor == null ? pageSize : compressor.compress(page, offset, pageSize, into, block);
        int sizeField = length;
        if (length >= pageSize) {
            System.arraycopy(page, offset, into, block, pageSize);
            length = pageSize;
            sizeField = pageSize | STORED;
        }
        BigEndian.putLittleEndianInt(into, at + PREFIX_BYTES, sizeField);
        BigEndian.putInt(into, block + length, 0);
        BigEndian.putLittleEndianInt(into, block + length + Integer.BYTES, XXHASH.hash(page, offset, pageSize, 0));
        return OVERHEAD_BYTES + length;
    }

    /** Reads one frame, which must hold exactly one page, and not a byte past it. */
    static void read(LtxInput in, byte[] page, int pageSize) throws IOException {
        readPrefix(in);
        int filled = 0;
        while (true) {
            long offset = in.offset();
            int sizeField = in.littleEndianInt("an LZ4 block size");
            if (sizeField == 0) {
                break;
            }
            filled += readBlock(in, sizeField, page, filled, pageSize - filled, offset);
        }
        if (filled != pageSize) {
            throw new LtxFormatException("an LZ4 frame of " + filled + " bytes, not of one page", in.offset());
        }
        long offset = in.offset();
        if (in.littleEndianInt("an LZ4 content checksum") != XXHASH.hash(page, 0, pageSize, 0)) {
            throw new LtxFormatException("the page does not match its LZ4 content checksum", offset);
        }
    }

    private static void readPrefix(LtxInput in) throws IOException {
        long offset = in.offset();
        int at = in.take(PREFIX_BYTES, "an LZ4 frame descriptor");
        if (BigEndian.getInt(in.bytes(), at) != MAGIC
                || (BigEndian.getInt(in.bytes(), at + 3) & 0xffffff) != DESCRIPTOR) {
            throw new LtxFormatException("not an LZ4 frame of the expected kind", offset);
        }
    }

    private static int readBlock(LtxInput in, int sizeField, byte[] page, int at, int space, long offset)
            throws IOException {
        int size = sizeField & ~STORED;
        boolean stored = (sizeField & STORED) != 0;
        if (size < 1 || size > (stored ? space : MAX_FRAME_BLOCK_BYTES)) {
            throw new LtxFormatException(
                    "an LZ4 block of " + size + " bytes with " + space + " left in the page", offset);
        }
        int from = in.take(size, "an LZ4 block");
        if (stored) {
            System.arraycopy(in.bytes(), from, page, at, size);
            return size;
        }
        int length = decompress(in.bytes(), from, size, page, at, space, offset);
        if (length == 0) {
            throw new LtxFormatException("an LZ4 block without content", offset);
        }
        return length;
    }

    /** Expands the next {@code size} bytes, one LZ4 block without a frame, which must hold exactly one page. */
    static void readBareBlock(LtxInput in, int size, byte[] page, int pageSize) throws IOException {
        long offset = in.offset();
        int from = in.take(size, "an LZ4 block");
        int length = decompress(in.bytes(), from, size, page, 0, pageSize, offset);
        if (length != pageSize) {
            throw new LtxFormatException("an LZ4 block of " + length + " bytes, not of one page", offset);
        }
    }

    private static int decompress(byte[] from, int at, int size, byte[] into, int intoAt, int space, long offset)
            throws LtxFormatException {
        int length = Lz4BlockDecompressor.decompress(from, at, size, into, intoAt, space);
        if (length == Lz4BlockDecompressor.DAMAGED) {
            throw new LtxFormatException("a damaged LZ4 block", offset);
        }
        return length;
    }
}
