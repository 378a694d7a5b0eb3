package io.replsqlite.server.log;

import io.replsqlite.base.Position;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.Segment.RecordHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds where the records of the last segment end, by the three cases of the package documentation. */
final class SegmentRecovery {
    private static final int SCAN_BYTES = 1 << 20;

    private final Segment segment;
    private final FileChannel channel;
    private final ByteBuffer scratch = ByteBuffer.allocate(LogFormat.RECORD_HEADERS_BYTES);
    private final List<Tenure> tenures;
    private long offset;
    private long lastOffset;
    private long sequence;
    private Position head;

    /**
     * @param end where the next record goes
     * @param lastOffset where the last record starts, 0 if there is none
     * @param lastSequence of the last record in or before this segment
     * @param cutBytes how far a torn append reached beyond the end
     */
    record Recovered(
            long end, long lastOffset, long lastSequence, Position head, List<Tenure> tenures, long cutBytes) {}

    private SegmentRecovery(Segment segment, FileChannel channel) {
        this.segment = segment;
        this.channel = channel;
        this.tenures = new ArrayList<>(segment.header().tenures());
        this.offset = segment.headerLength();
        this.sequence = segment.header().firstSequence() - 1;
        this.head = segment.header().base();
    }

    static Recovered recover(Segment segment) throws IOException {
        try (FileChannel channel = segment.openForReading()) {
            return new SegmentRecovery(segment, channel).run();
        }
    }

    private Recovered run() throws IOException {
        RecordHeaders next = validRecord();
        while (next != null) {
            take(next);
            next = validRecord();
        }
        long dirtyEnd = endOfNonZeros();
        if (dirtyEnd > offset) {
            refuseProvenDamage();
        }
        return new Recovered(offset, lastOffset, sequence, head, List.copyOf(tenures), Math.max(0, dirtyEnd - offset));
    }

    private @Nullable RecordHeaders validRecord() throws IOException {
        RecordHeaders found = segment.readHeaders(channel, scratch, offset);
        boolean valid = found != null
                && found.local().sequence() == sequence + 1
                && Continuity.objection(head, found.body()) == null
                && BodyCheck.isIntact(channel, offset + LogFormat.LOCAL_HEADER_BYTES, found.body());
        return valid ? found : null;
    }

    private void take(RecordHeaders record) throws IOException {
        lastOffset = offset;
        offset = record.local().end();
        sequence = record.local().sequence();
        head = record.body().position();
        if (record.body().kind() == RecordKind.EPOCH) {
            tenures.add(tenureAt(lastOffset, record.body()));
        }
    }

    private Tenure tenureAt(long recordOffset, BodyHeader body) throws IOException {
        ByteBuffer holder = ByteBuffer.allocate(body.attachmentLength());
        long at = recordOffset + LogFormat.RECORD_HEADERS_BYTES;
        if (!DurableFiles.readFully(channel, holder, at)) {
            throw new LogCorruptedException(segment.file(), recordOffset, body.txid(), "holder cut off");
        }
        return Tenure.decodeHolder(body.epoch(), body.txid().next(), holder.flip());
    }

    private long endOfNonZeros() throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(SCAN_BYTES);
        long dirtyEnd = offset;
        for (long at = offset; read(chunk, at); at += chunk.limit()) {
            for (int i = chunk.limit() - 1; i >= 0; i--) {
                if (chunk.get(i) != 0) {
                    dirtyEnd = at + i + 1;
                    break;
                }
            }
        }
        return dirtyEnd;
    }

    private void refuseProvenDamage() throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(SCAN_BYTES);
        int overlap = LogFormat.LOCAL_HEADER_BYTES - 1;
        for (long at = offset; read(chunk, at) && chunk.limit() > overlap; at += chunk.limit() - overlap) {
            for (int i = 0; i < chunk.limit() - overlap; i++) {
                if (provesDamage(chunk, i, at + i)) {
                    throw new LogCorruptedException(
                            segment.file(),
                            offset,
                            head.txid(),
                            "no valid record, but a later one says it was durable");
                }
            }
        }
    }

    private boolean provesDamage(ByteBuffer chunk, int index, long at) {
        if (chunk.getInt(index) != LocalHeader.MAGIC) {
            return false;
        }
        LocalHeader later =
                LocalHeader.decode(chunk, index, at, segment.header().salt());
        return later != null && later.syncedThrough() > offset;
    }

    /** Fills the chunk as far as the file goes; false at its end. */
    private boolean read(ByteBuffer chunk, long at) throws IOException {
        boolean ignored = DurableFiles.readFully(channel, chunk.clear(), at);
        return chunk.flip().hasRemaining();
    }
}
