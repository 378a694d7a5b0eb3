package io.replsqlite.server.log;

import io.replsqlite.base.Txid;
import io.replsqlite.server.log.Generation.Durable;
import io.replsqlite.server.log.Segment.RecordHeaders;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the durable records. Goes on over rotation, and over retention as far as the file it has open.
 * Belongs to one thread; an interrupt closes its file, and then the cursor is of no more use.
 */
public final class LogCursor implements Closeable {
    private static final Txid NO_LIMIT = new Txid(Long.MAX_VALUE);

    private final Generation generation;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(LogFormat.RECORD_HEADERS_BYTES);
    private Segment segment;
    private @Nullable FileChannel channel;
    private long offset;
    private long nextSequence;
    private @Nullable LogRecord record;

    /** What a step found. */
    public enum Advance {
        /** {@link #record} is the next one. */
        RECORD,
        /** Nothing durable, or nothing within the limit, follows yet. */
        AT_END,
        /** What follows is no longer here: deleted by retention, or the log was reset. */
        BEFORE_LOG
    }

    LogCursor(Generation generation, Segment segment) {
        this.generation = generation;
        this.segment = segment;
        this.offset = segment.headerLength();
        this.nextSequence = segment.header().firstSequence();
    }

    /** Steps to the next durable record, if there is one. */
    public Advance advance() throws IOException {
        return advanceUpTo(NO_LIMIT);
    }

    /** As {@link #advance}, but stays in front of a record with a txid above the limit. */
    public Advance advanceUpTo(Txid limit) throws IOException {
        if (generation.isReplaced()) {
            return Advance.BEFORE_LOG;
        }
        Durable durable = generation.durable();
        if (nextSequence > durable.sequence()) {
            return Advance.AT_END;
        }
        FileChannel file = fileOfNextRecord();
        if (file == null) {
            return Advance.BEFORE_LOG;
        }
        RecordHeaders headers = segment.readHeaders(file, scratch, offset);
        if (headers == null || headers.local().sequence() != nextSequence) {
            throw new LogCorruptedException(segment.file(), offset, lastGood(), "no valid record headers");
        }
        if (headers.body().txid().isAfter(limit)) {
            return Advance.AT_END;
        }
        record = new LogRecord(segment, file, headers);
        offset = headers.local().end();
        nextSequence++;
        return Advance.RECORD;
    }

    /** What the log holds beyond this place, at most: the file that is written to is larger than what is in it. */
    public long bytesAheadAtMost() throws IOException {
        if (generation.isReplaced() || nextSequence > generation.durable().sequence()) {
            return 0;
        }
        long bytes = 0;
        for (Segment later : generation.segments().tailMap(nextSequence, true).values()) {
            bytes += sizeOf(later);
        }
        boolean within =
                nextSequence < segment.endSequence() && segment.header().firstSequence() < nextSequence;
        return within ? bytes + Math.max(0, sizeOf(segment) - offset) : bytes;
    }

    private static long sizeOf(Segment segment) throws IOException {
        try {
            return Files.size(segment.file());
        } catch (NoSuchFileException deleted) {
            return 0;
        }
    }

    /** Steps over all records up to and including a txid. */
    Advance skipThrough(Txid txid) throws IOException {
        Advance last = advanceUpTo(txid);
        while (last == Advance.RECORD) {
            last = advanceUpTo(txid);
        }
        return last;
    }

    private Txid lastGood() {
        return record == null ? segment.header().base().txid() : record.header().txid();
    }

    /** Null if that file is gone. */
    private @Nullable FileChannel fileOfNextRecord() throws IOException {
        if (nextSequence >= segment.endSequence()) {
            Map.Entry<Long, Segment> following = generation.segments().floorEntry(nextSequence);
            if (following == null || following.getKey() != nextSequence) {
                return null;
            }
            close();
            segment = following.getValue();
            offset = segment.headerLength();
        }
        FileChannel open = channel;
        return open != null ? open : openSegment();
    }

    private @Nullable FileChannel openSegment() throws IOException {
        try {
            FileChannel opened = segment.openForReading();
            channel = opened;
            return opened;
        } catch (NoSuchFileException deleted) {
            return null;
        }
    }

    /** The record of the last {@link #advance}; readable until the next one, or until the cursor is closed. */
    public LogRecord record() {
        LogRecord current = record;
        if (current == null) {
            throw new IllegalStateException("the cursor stands before its first record");
        }
        return current;
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
