package io.replsqlite.server.log;

import io.replsqlite.base.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Reads one body from another node, and believes nothing before its checksum. */
final class BodyReceiver {
    private static final int CHUNK_BYTES = 64 << 10;

    private final ReadableByteChannel source;
    private final Position head;
    private final BodyHeader header;

    BodyReceiver(ReadableByteChannel source, Position head) throws IOException {
        this.source = source;
        this.head = head;
        ByteBuffer bytes = read(BodyHeader.BYTES);
        BodyHeader decoded = BodyHeader.decode(bytes, 0);
        if (decoded == null) {
            throw new RefusedRecordException(head, "no valid record header received");
        }
        String objection = Continuity.objection(head, decoded);
        if (objection != null) {
            throw new RefusedRecordException(head, objection);
        }
        this.header = decoded;
    }

    BodyHeader header() {
        return header;
    }

    ByteBuffer attachment() throws IOException {
        ByteBuffer attachment = read(header.attachmentLength());
        if (LogFormat.crc(attachment, 0, attachment.limit()) != header.attachmentCrc()) {
            throw damaged();
        }
        return attachment;
    }

    void copyLtx(PendingRecord record) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, header.ltxLength()));
        long left = header.ltxLength();
        while (left > 0) {
            fill(chunk.clear().limit((int) Math.min(chunk.capacity(), left)));
            left -= chunk.remaining();
            record.write(chunk);
        }
    }

    void checkClosingCrc(int expected) throws IOException {
        if (read(LogFormat.BODY_CRC_BYTES).getInt(0) != expected) {
            throw damaged();
        }
    }

    private RefusedRecordException damaged() {
        return new RefusedRecordException(head, "record " + header.position() + " was damaged on its way");
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        fill(bytes);
        return bytes;
    }

    private void fill(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (source.read(bytes) < 0) {
                throw new RefusedRecordException(head, "the record ends early");
            }
        }
        bytes.flip();
    }

    static ReadableByteChannel channelOf(ByteBuffer body) {
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer into) {
                if (!body.hasRemaining()) {
                    return -1;
                }
                int count = Math.min(into.remaining(), body.remaining());
                into.put(into.position(), body, body.position(), count);
                into.position(into.position() + count);
                body.position(body.position() + count);
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                // Nothing was opened.
            }
        };
    }
}
