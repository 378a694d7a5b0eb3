package io.replsqlite.server.log;

import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** Whether the bytes of a body are the ones its checksums were made of. */
final class BodyCheck {
    private static final int CHUNK_BYTES = 64 << 10;

    private BodyCheck() {}

    /** @param bodyOffset where the body starts in the file; its header was checked before */
    static boolean isIntact(FileChannel channel, long bodyOffset, BodyHeader body) throws IOException {
        CRC32C attachment = new CRC32C();
        CRC32C whole = new CRC32C();
        long ltx = bodyOffset + body.ltxOffset();
        return feed(channel, bodyOffset + BodyHeader.BYTES, body.attachmentLength(), attachment)
                && (int) attachment.getValue() == body.attachmentCrc()
                && feed(channel, ltx, body.ltxLength(), whole)
                && feed(channel, bodyOffset, BodyHeader.BYTES, whole)
                && closingCrc(channel, ltx + body.ltxLength()) == whole.getValue();
    }

    private static boolean feed(FileChannel channel, long from, long length, CRC32C crc) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, Math.max(1, length)));
        long at = from;
        long end = from + length;
        while (at < end) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
            int count = channel.read(chunk, at);
            if (count < 0) {
                return false;
            }
            crc.update(chunk.flip());
            at += count;
        }
        return true;
    }

    /** Unsigned, or -1 if the file ends before it. */
    private static long closingCrc(FileChannel channel, long at) throws IOException {
        ByteBuffer crc = ByteBuffer.allocate(LogFormat.BODY_CRC_BYTES);
        return DurableFiles.readFully(channel, crc, at) ? Integer.toUnsignedLong(crc.getInt(0)) : -1;
    }
}
