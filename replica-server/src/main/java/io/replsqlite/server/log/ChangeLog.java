package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.wal.WalMark;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The change sets of one database, in the order in which they happened.
 *
 * <p>{@code append*}, {@link #sync}, {@link #reset} and {@link #close} are for one thread at a time, which
 * must not be interrupted. Everything else is for any thread. Records become visible to readers by {@link
 * #sync} (or by rotation, which syncs), never before. After a failed write or sync the log takes nothing
 * more; reading goes on.
 */
public final class ChangeLog implements Closeable {
    private final LogAppender appender;
    private final MonotonicClock clock;
    private final long cutAtRecoveryBytes;
    /** Between retention and reset, which both delete; never taken on the append path. */
    private final ReentrantLock deletionLock = new ReentrantLock();

    private ChangeLog(LogAppender appender, MonotonicClock clock, long cutAtRecoveryBytes) {
        this.appender = appender;
        this.clock = clock;
        this.cutAtRecoveryBytes = cutAtRecoveryBytes;
    }

    /**
     * Opens a log, cutting a torn append at its end.
     *
     * @param directory of this log alone; its parent is where {@code rescued/} goes
     * @param baseIfNew where a log that does not exist yet starts
     * @throws LogCorruptedException if something that was durable is damaged
     */
    public static ChangeLog open(
            Path directory, UUID databaseId, Position baseIfNew, LogSettings settings, MonotonicClock clock)
            throws IOException {
        LogOpening.Opened opened = LogOpening.open(directory, databaseId, baseIfNew, clock);
        LogAppender appender = new LogAppender(directory, databaseId, settings, clock, opened);
        return new ChangeLog(appender, clock, opened.recovered().cutBytes());
    }

    /** The newest record appended, durable or not. */
    public Position head() {
        return appender.head();
    }

    public Position durableHead() {
        return generation().durable().head();
    }

    /**
     * Follows {@link #durableHead}; waiters are also woken when a tenure, which has no txid of its own,
     * gets durable.
     */
    public PositionGate durableGate() {
        return appender.durableGate();
    }

    /** The position before the oldest record that is still here. */
    public Position base() {
        return generation().first().header().base();
    }

    /** Oldest first; tenures whose records are no longer retained included, as far as they are known. */
    public List<Tenure> epochHistory() {
        return appender.tenures();
    }

    /** Bytes of a torn append that {@link #open} removed. */
    public long cutAtRecoveryBytes() {
        return cutAtRecoveryBytes;
    }

    /**
     * Starts a commit; its LTX section goes to the stream of the result, and {@link PendingRecord#publish}
     * ends it.
     */
    public PendingRecord append(CommitSpec spec) throws IOException {
        BodyHeader body = new BodyHeader(
                RecordKind.COMMIT,
                spec.pageSize(),
                spec.epoch(),
                spec.txid(),
                spec.previousChecksum(),
                spec.checksum(),
                spec.timestampMillis(),
                spec.databasePages(),
                spec.outcomes().remaining(),
                0,
                attachmentCrc(spec.outcomes()));
        return appender.begin(body, spec.outcomes().duplicate(), spec.walMark());
    }

    /** Appends a commit whose LTX section is at hand. */
    public Position append(CommitSpec spec, ByteBuffer ltx) throws IOException {
        try (PendingRecord record = append(spec)) {
            record.write(ltx);
            return record.publish();
        }
    }

    /** Appends the start of a tenure at the head, which is not known to be anywhere in a WAL. */
    public Position appendEpoch(Epoch epoch, String holder, @Nullable String url) throws IOException {
        return appendEpoch(epoch, holder, url, WalMark.NONE);
    }

    /**
     * Appends the start of a tenure at the head.
     *
     * @param head up to where the WAL has exactly what the log has
     */
    public Position appendEpoch(Epoch epoch, String holder, @Nullable String url, WalMark head) throws IOException {
        Position at = appender.head();
        ByteBuffer attachment = ByteBuffer.wrap(new Tenure(epoch, at.txid().next(), holder, url).encodeHolder());
        BodyHeader body = new BodyHeader(
                RecordKind.EPOCH,
                0,
                epoch,
                at.txid(),
                at.checksum(),
                at.checksum(),
                clock.wallMillis(),
                0,
                attachment.remaining(),
                0,
                attachmentCrc(attachment));
        try (PendingRecord record = appender.begin(body, attachment, head)) {
            return record.publish();
        }
    }

    /**
     * Appends one body as another node's log has it, byte for byte, and reads no further.
     *
     * @throws RefusedRecordException if it does not continue this log or is damaged; the log is unchanged
     */
    public Position appendBody(InputStream body) throws IOException {
        return appendBody(Channels.newChannel(body));
    }

    public Position appendBody(ByteBuffer body) throws IOException {
        return appendBody(BodyReceiver.channelOf(body));
    }

    private Position appendBody(ReadableByteChannel source) throws IOException {
        BodyReceiver receiver = new BodyReceiver(source, appender.head());
        BodyHeader body = receiver.header();
        ByteBuffer attachment = receiver.attachment();
        try (PendingRecord record = appender.begin(body.withLtxLength(0), attachment, WalMark.NONE)) {
            receiver.copyLtx(record);
            receiver.checkClosingCrc(record.bodyCrc());
            return record.publish();
        }
    }

    private static int attachmentCrc(ByteBuffer attachment) {
        return LogFormat.crc(attachment, attachment.position(), attachment.limit());
    }

    /** Makes everything appended durable and visible to readers; returns the durable head. */
    public Position sync() throws IOException {
        return appender.sync();
    }

    /** For how long the disk has not answered the sync under way; zero if there is none. */
    public Duration syncingFor() {
        return appender.syncingFor();
    }

    /** Whether a write or sync failed, after which only reading works. */
    public boolean isFailed() {
        return appender.isFailed();
    }

    /** What follows a position, or why this log cannot tell. */
    public CursorSearch after(Position position) throws IOException {
        return new RecordSearch(generation(), epochHistory()).after(position);
    }

    /** The records with a txid above this one. */
    public CursorSearch after(Txid txid) throws IOException {
        return new RecordSearch(generation(), epochHistory()).after(txid);
    }

    /**
     * The position with the state checksum that this log had at a txid; nothing if the txid is not between base and durable
     * head. That the epoch had begun by then is for {@link #after(Position)} to find out.
     */
    public Optional<Position> positionAt(Epoch epoch, Txid txid) throws IOException {
        return new RecordSearch(generation(), epochHistory()).at(epoch, txid);
    }

    /** The positions at which the segments begin, oldest first: places from which reading costs no search. */
    public List<Position> segmentBases() {
        return generation().segments().values().stream()
                .map(segment -> segment.header().base())
                .toList();
    }

    /** From the oldest retained record on. */
    public LogCursor fromBase() {
        Generation current = generation();
        return new LogCursor(current, current.first());
    }

    /**
     * Reads every durable record whole.
     *
     * @return how many there are
     * @throws LogCorruptedException at the first that is damaged
     */
    public long verify() throws IOException {
        long count = 0;
        try (LogCursor cursor = fromBase()) {
            while (cursor.advance() == LogCursor.Advance.RECORD) {
                cursor.record().verify();
                count++;
            }
        }
        return count;
    }

    /** Deletes what the policy lets go, oldest first, whole segments, never the last; returns how many. */
    public int retain(RetentionPolicy policy) throws IOException {
        deletionLock.lock();
        try {
            return new Retention(generation(), policy, clock.wallMillis()).run();
        } finally {
            deletionLock.unlock();
        }
    }

    /**
     * Replaces the log by an empty one that starts at {@code base}. After a crash it is either the old or
     * the new one.
     *
     * @param history the tenures up to {@code base}, as the node knows them from which the state comes
     * @param rescueReason why the old records are kept under {@code rescued/}, or null to delete them
     */
    public void reset(Position base, List<Tenure> history, @Nullable String rescueReason) throws IOException {
        deletionLock.lock();
        try {
            appender.reset(base, history, rescueReason);
        } finally {
            deletionLock.unlock();
        }
    }

    private Generation generation() {
        return appender.generation();
    }

    /** Syncs nothing: whoever appended without {@link #sync} did not need it. Cursors stay usable until closed. */
    @Override
    public void close() throws IOException {
        appender.close();
    }
}
