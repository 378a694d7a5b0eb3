package io.replsqlite.server.log;

import io.replsqlite.base.Hex;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One segment file and what readers need to know of it. Shared between threads; only the appender seals it. */
final class Segment {
    static final long NOT_SEALED = Long.MAX_VALUE;

    private final Path file;
    private final SegmentHeader header;
    private final int headerLength;
    private volatile long endSequence = NOT_SEALED;

    Segment(Path file, SegmentHeader header) {
        this.file = file;
        this.header = header;
        this.headerLength = header.length();
    }

    static String fileName(long firstSequence) {
        return Hex.of(firstSequence) + LogFormat.SEGMENT_SUFFIX;
    }

    /** No record from {@code sequence} on will ever be in this segment. */
    void seal(long sequence) {
        endSequence = sequence;
    }

    long endSequence() {
        return endSequence;
    }

    Path file() {
        return file;
    }

    SegmentHeader header() {
        return header;
    }

    int headerLength() {
        return headerLength;
    }

    FileChannel openForReading() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** The two headers of the record at an offset, or null if they are not both valid. */
    @Nullable
    RecordHeaders readHeaders(FileChannel channel, ByteBuffer scratch, long offset) throws IOException {
        scratch.clear().limit(LogFormat.RECORD_HEADERS_BYTES);
        if (!DurableFiles.readFully(channel, scratch, offset)) {
            return null;
        }
        scratch.flip();
        LocalHeader local = LocalHeader.decode(scratch, 0, offset, header.salt());
        BodyHeader body = BodyHeader.decode(scratch, LogFormat.LOCAL_HEADER_BYTES);
        if (local == null || body == null || local.bodyLength() != body.bodyLength()) {
            return null;
        }
        return new RecordHeaders(local, body);
    }

    record RecordHeaders(LocalHeader local, BodyHeader body) {}
}
