package io.replsqlite.server.log;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.wal.WalMark;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Writes records at the end of the last segment. A record that fits the buffer is one positional write; a
 * larger one is written behind the room for its headers, which follow last, so that it is no record before
 * it is whole.
 *
 * <p>For the appender thread only. After an exception the caller may {@link #abandonDraft} or {@link
 * #cutTo}, nothing else.
 */
final class SegmentWriter implements Closeable {
    private static final int HEADERS = LogFormat.RECORD_HEADERS_BYTES;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private final Segment segment;
    private final FileChannel channel;
    private final LogSettings settings;
    private final ByteBuffer buffer;
    private final ByteBuffer headers = ByteBuffer.allocateDirect(HEADERS);
    private final CRC32C crc = new CRC32C();

    /** Records end here; everything before {@link #synced} is durable, up to {@link #filled} the file has bytes. */
    private long end;

    private long synced;
    private long filled;
    private long lastOffset;
    /** Where in the file the buffer's first byte belongs; {@link #end} as long as the draft fits the buffer. */
    private long bufferOffset;

    /** @param buffer reused for every record; its size is what one write can hold */
    SegmentWriter(Segment segment, long end, long lastOffset, ByteBuffer buffer, LogSettings settings)
            throws IOException {
        this.segment = segment;
        this.channel = FileChannel.open(segment.file(), READ, WRITE);
        this.settings = settings;
        this.buffer = buffer;
        this.end = end;
        this.synced = end;
        this.filled = end;
        this.lastOffset = lastOffset;
    }

    Segment segment() {
        return segment;
    }

    long end() {
        return end;
    }

    long synced() {
        return synced;
    }

    void begin(ByteBuffer attachment) throws IOException {
        buffer.clear().position(HEADERS);
        bufferOffset = end;
        copy(attachment);
        crc.reset();
    }

    /** Adds to the LTX section of the draft. */
    void write(ByteBuffer ltx) throws IOException {
        crc.update(ltx.duplicate());
        copy(ltx);
    }

    private void copy(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                spill();
            }
            int count = Math.min(source.remaining(), buffer.remaining());
            buffer.put(buffer.position(), source, source.position(), count);
            buffer.position(buffer.position() + count);
            source.position(source.position() + count);
        }
    }

    private void spill() throws IOException {
        if (bufferOffset == end) {
            buffer.putLong(0, 0); // no stale magic where the headers will be
        }
        buffer.flip();
        int count = buffer.remaining();
        DurableFiles.writeFully(channel, buffer, bufferOffset);
        bufferOffset += count;
        buffer.clear();
        FailurePoint.LOG_APPEND_PARTIAL.reached();
    }

    /** The closing checksum of the draft's body under this header. */
    int bodyCrc(BodyHeader body) {
        body.encode(headers, LogFormat.LOCAL_HEADER_BYTES);
        crc.update(headers.slice(LogFormat.LOCAL_HEADER_BYTES, LogFormat.BODY_HEADER_BYTES));
        return (int) crc.getValue();
    }

    /** Turns the draft into a record; {@link #bodyCrc} comes first. */
    void finish(BodyHeader body, int bodyCrc, long sequence, WalMark mark) throws IOException {
        LocalHeader local = new LocalHeader(end, body.bodyLength(), synced, lastOffset, sequence, mark);
        local.encode(headers, segment.header().salt());
        copy(ByteBuffer.allocate(LogFormat.BODY_CRC_BYTES).putInt(0, bodyCrc));
        if (bufferOffset == end) {
            finishInOneWrite(local.end());
        } else {
            finishSpilled();
        }
        lastOffset = end;
        end = local.end();
        filled = Math.max(filled, end);
    }

    private void finishInOneWrite(long newEnd) throws IOException {
        fillAhead(newEnd);
        buffer.flip().put(0, headers, 0, HEADERS);
        if (FailurePoint.LOG_APPEND_PARTIAL.isArmed()) {
            int half = buffer.limit() / 2;
            DurableFiles.writeFully(channel, buffer.duplicate().limit(half), end);
            FailurePoint.LOG_APPEND_PARTIAL.reached();
        }
        DurableFiles.writeFully(channel, buffer, end);
    }

    private void finishSpilled() throws IOException {
        spill();
        DurableFiles.writeFully(channel, headers.duplicate().clear(), end);
    }

    private void fillAhead(long needed) throws IOException {
        if (needed <= filled) {
            return;
        }
        long step = settings.fillStepBytes();
        long target = Math.max(needed, Math.min((needed / step + 1) * step, settings.segmentBytes()));
        for (long at = filled; at < target; at += ZEROS.capacity()) {
            int count = (int) Math.min(ZEROS.capacity(), target - at);
            DurableFiles.writeFully(channel, ZEROS.slice(0, count), at);
        }
        filled = target;
    }

    void sync() throws IOException {
        if (!DeliberateBug.LOG_NOT_SYNCED.isMade()) {
            DurableFiles.force(channel, false, segment.file());
        }
        synced = end;
    }

    /** Forgets the draft; what it has written behind the end goes. */
    void abandonDraft() throws IOException {
        if (bufferOffset != end) {
            cutTo(end);
        }
    }

    /** Drops everything from an offset on, zeros included. */
    void cutTo(long offset) throws IOException {
        channel.truncate(offset);
        end = offset;
        filled = offset;
    }

    /** No more records here: the file ends where the records end. */
    void seal() throws IOException {
        cutTo(end);
        DurableFiles.force(channel, true, segment.file());
        synced = end;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
