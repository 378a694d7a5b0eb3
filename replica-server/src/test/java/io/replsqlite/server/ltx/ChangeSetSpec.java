package io.replsqlite.server.ltx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;

/**
 * A whole LTX file as a literal, valid or not. Writes any variant with any field by plain code of its own: a bitwise
 * CRC, lz4-java's compressor, nothing of the encoder under test. What is not set is filled in as a valid file has it.
 */
final class ChangeSetSpec {
    enum Variant {
        FRAME,
        BLOCK
    }

    int magic = 0x4C545831;
    int flags = 2;
    int pageSize = 1024;
    int commit = 2;
    long minTxid = 1;
    long maxTxid = 1;
    long timestampMillis = 1000;
    long preApplyChecksum;
    long walOffset;
    long walSize;
    int walSalt1;
    int walSalt2;
    long nodeId;
    byte[] reserved = new byte[20];
    Variant variant = Variant.FRAME;
    List<PageSpec> pages = new ArrayList<>();
    int endMarkFlags;
    /** Added to what the first index entry must say of number, offset and size; and to the index length. */
    int indexNumberError;

    int indexOffsetError;
    int indexSizeError;
    int indexLengthError;
    /** 0 for what the pages give: their sum in a file with checksums, else 0. */
    long postApplyChecksum;

    byte[] tail = new byte[0];

    /** @param payload the frame's content after the page header, or null for what the variant makes of the page */
    record PageSpec(int number, byte[] content, int frameFlags, byte[] payload) {}

    static ChangeSetSpec snapshotOfTwo() {
        return new ChangeSetSpec().page(1, filled(1024, '2')).page(2, filled(1024, '3'));
    }

    static byte[] filled(int size, int value) {
        byte[] page = new byte[size];
        Arrays.fill(page, (byte) value);
        return page;
    }

    ChangeSetSpec page(int number, byte[] content) {
        pages.add(new PageSpec(number, content, variant == Variant.BLOCK ? 1 : 0, null));
        return this;
    }

    ChangeSetSpec page(int number, byte[] content, int frameFlags, byte[] payload) {
        pages.add(new PageSpec(number, content, frameFlags, payload));
        return this;
    }

    byte[] encode() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ByteArrayOutputStream checksummed = new ByteArrayOutputStream();
        both(header(), file, checksummed);
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        for (PageSpec page : pages) {
            int offset = file.size();
            writePage(page, file, checksummed);
            boolean first = index.size() == 0;
            varint(index, page.number + (first ? indexNumberError : 0));
            varint(index, offset + (first ? indexOffsetError : 0));
            varint(index, file.size() - offset + (first ? indexSizeError : 0));
        }
        index.write(0);
        both(ByteBuffer.allocate(6).putInt(0).putShort((short) endMarkFlags).array(), file, checksummed);
        both(index.toByteArray(), file, checksummed);
        both(longBytes(index.size() + indexLengthError), file, checksummed);
        both(longBytes(postApply()), file, checksummed);
        file.writeBytes(longBytes(crc(checksummed.toByteArray()) | 1L << 63));
        file.writeBytes(tail);
        return file.toByteArray();
    }

    private byte[] header() {
        return ByteBuffer.allocate(100)
                .putInt(magic)
                .putInt(flags)
                .putInt(pageSize)
                .putInt(commit)
                .putLong(minTxid)
                .putLong(maxTxid)
                .putLong(timestampMillis)
                .putLong(preApplyChecksum)
                .putLong(walOffset)
                .putLong(walSize)
                .putInt(walSalt1)
                .putInt(walSalt2)
                .putLong(nodeId)
                .put(reserved)
                .array();
    }

    private void writePage(PageSpec page, ByteArrayOutputStream file, ByteArrayOutputStream checksummed) {
        both(
                ByteBuffer.allocate(6)
                        .putInt(page.number)
                        .putShort((short) page.frameFlags)
                        .array(),
                file,
                checksummed);
        byte[] payload = page.payload;
        if (payload == null) {
            payload = page.frameFlags == 1 ? block(page.content) : frame(page.content);
        }
        if (page.frameFlags == 1) {
            checksummed.write(payload, 0, 4);
        }
        file.writeBytes(payload);
        checksummed.writeBytes(page.content);
    }

    /** u32 size and block. */
    static byte[] block(byte[] content) {
        return sized(LZ4Factory.safeInstance().fastCompressor().compress(content));
    }

    static byte[] sized(byte[] block) {
        return ByteBuffer.allocate(4 + block.length)
                .putInt(block.length)
                .put(block)
                .array();
    }

    static byte[] frame(byte[] content) {
        byte[] block = LZ4Factory.safeInstance().fastCompressor().compress(content);
        boolean stored = block.length >= content.length;
        return frame(
                stored ? content : block,
                stored ? content.length | 1 << 31 : block.length,
                XXHashFactory.safeInstance().hash32().hash(content, 0, content.length, 0));
    }

    static byte[] frame(byte[] block, int sizeField, int contentChecksum) {
        return ByteBuffer.allocate(19 + block.length)
                .put(new byte[] {0x04, 0x22, 0x4D, 0x18, 0x64, 0x40, (byte) 0xA7})
                .putInt(Integer.reverseBytes(sizeField))
                .put(block)
                .putInt(0)
                .putInt(Integer.reverseBytes(contentChecksum))
                .array();
    }

    private long postApply() {
        if (postApplyChecksum != 0 || (flags & 2) != 0) {
            return postApplyChecksum;
        }
        long sum = 1L << 63;
        for (PageSpec page : pages) {
            byte[] numbered = ByteBuffer.allocate(4 + page.content.length)
                    .putInt(page.number)
                    .put(page.content)
                    .array();
            sum = 1L << 63 | (sum ^ crc(numbered));
        }
        return sum;
    }

    static long crc(byte[] bytes) {
        long register = -1;
        for (byte next : bytes) {
            register ^= next & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) != 0 ? (register >>> 1) ^ 0xD800000000000000L : register >>> 1;
            }
        }
        return ~register;
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left >= 0x80) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static void both(byte[] bytes, ByteArrayOutputStream a, ByteArrayOutputStream b) {
        a.writeBytes(bytes);
        b.writeBytes(bytes);
    }

    private static byte[] longBytes(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }
}
