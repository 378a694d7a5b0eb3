package io.replsqlite.server.capture;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.server.wal.WalReader;
import io.replsqlite.server.wal.WalTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was committed to the primary's WAL since the last look and appends it to the log, one txid per commit.
 * Runs on the writer thread. Appends without syncing: the caller syncs once for all.
 */
public final class Capture {

    private static final byte[] NO_OUTCOMES = {};

    private final SqliteFiles files;
    private final ChangeSetWriter writer;
    private final PageChecksums checksums;
    private final WalTransaction transaction = new WalTransaction();
    private final TransactionPages pages = new TransactionPages();
    private @Nullable WalReader reader;
    private volatile WalMark mark;

    /** Which of the commits behind a mark is the writer's own. */
    public enum Owned {
        /** The mark was taken under SQLite's write lock. */
        FIRST,
        /** Foreign commits may have come between the mark and the own one. */
        LAST
    }

    /** A commit of this node's writer that is about to be captured: where the WAL stood before it, and what it carries. */
    public record OwnCommit(WalMark before, Owned which, byte[] outcomes) {
        boolean owns(WalTransaction transaction, WalMark end) {
            WalMark after = transaction.after();
            boolean behind = !after.isSameGeneration(before) || transaction.firstFrame() > before.frame();
            return behind && (which == Owned.FIRST || after.frame() == end.frame());
        }
    }

    /**
     * What one look found.
     *
     * @param commits how many commits were appended to the log
     * @param own the position of the own commit, if it changed anything
     */
    public record Captured(int commits, @Nullable Position own) {}

    /** @param mark what is already in the log; {@link WalMark#NONE} for nothing of the generation at hand */
    public Capture(
            SqliteFiles files,
            ChangeLog log,
            PageChecksums checksums,
            Epoch epoch,
            WalMark mark,
            MonotonicClock clock) {
        this.files = files;
        this.checksums = checksums;
        this.writer = new ChangeSetWriter(log, checksums, epoch, files.pageSize(), clock);
        this.mark = mark;
    }

    /** Where the WAL stands now, by its index. Under SQLite's write lock this cannot change. */
    public WalMark walEnd() throws IOException {
        return readHeader().mark();
    }

    /** Whether the wal-index speaks of something that is not captured. Costs a few loads from shared memory. */
    public boolean isBehind() throws IOException {
        WalIndexHeader header = files.walIndex().readHeader();
        return header != null && header.maxFrame() > 0 && !isCaptured(header.mark());
    }

    /** As {@link #isBehind}, of a header read before; from any thread. */
    public boolean hasCaptured(WalIndexHeader header) {
        return header.maxFrame() == 0 || isCaptured(header.mark());
    }

    private boolean isCaptured(WalMark end) {
        return end.isSameGeneration(mark) && end.frame() <= mark.frame();
    }

    /** Captures everything up to what the wal-index shows. */
    public Captured capture(@Nullable OwnCommit own) throws IOException {
        return capture(own, NO_OUTCOMES);
    }

    /**
     * Captures what was committed while nobody captured.
     *
     * @param outcomes what each of these commits carries
     */
    public Captured captureLeftovers(byte[] outcomes) throws IOException {
        return capture(null, outcomes);
    }

    private Captured capture(@Nullable OwnCommit own, byte[] outcomesOfOthers) throws IOException {
        WalIndexHeader header = readHeader();
        if (header.maxFrame() == 0 || isCaptured(header.mark())) {
            return new Captured(0, null);
        }
        WalReader current = readerFor(header);
        int commits = 0;
        Position ownPosition = null;
        while (mark.frame() < header.maxFrame() && current.next(header.maxFrame(), transaction)) {
            boolean isOwn = own != null && ownPosition == null && own.owns(transaction, header.mark());
            if (!isOwn) {
                FailurePoint.CAPTURE_FOREIGN_FOUND.reached();
            }
            pages.reader = current;
            Position position = writer.append(
                    pages,
                    transaction.databaseSizePages(),
                    isOwn && own != null ? own.outcomes() : outcomesOfOthers,
                    transaction.after());
            ownPosition = isOwn ? position : ownPosition;
            mark = transaction.after();
            commits++;
        }
        if (mark.frame() < header.maxFrame()) {
            throw new IOException("The WAL of " + files.database() + " is not readable behind frame " + mark.frame()
                    + " although its index shows " + header.maxFrame() + " frames.");
        }
        return new Captured(commits, ownPosition);
    }

    /** The place in the WAL up to which everything is in the log. */
    public WalMark mark() {
        return mark;
    }

    /**
     * Appends pages whose change nobody saw in the WAL: another process changed the database while no node was there.
     * The caller holds SQLite's write lock and names where the WAL stands.
     */
    public Position rebase(PageDifference difference, byte[] outcomes, WalMark walEnd) throws IOException {
        Position position = writer.append(difference, difference.databasePages(), outcomes, walEnd);
        mark = walEnd;
        reader = null;
        return position;
    }

    /** The position after everything captured. */
    public Position position() {
        return checksums.position();
    }

    private WalReader readerFor(WalIndexHeader header) throws IOException {
        if (header.mark().isSameGeneration(mark) && mark.frame() > 0) {
            WalReader known = reader;
            if (known != null) {
                return known;
            }
            return keep(new WalReader(files.wal(), files.pageSize(), header.bigEndianChecksum(), mark));
        }
        refuseLostFrames(header);
        WalHeader walHeader = WalHeader.read(files.wal());
        if (walHeader == null || !walHeader.start().isSameGeneration(header.mark())) {
            throw new IOException("the WAL of " + files.database() + " does not belong to its wal-index");
        }
        mark = walHeader.start();
        return keep(new WalReader(files.wal(), walHeader));
    }

    private WalReader keep(WalReader opened) {
        reader = opened;
        return opened;
    }

    /** Frames of the last generation behind the mark: they were checkpointed and overwritten without being captured. */
    private void refuseLostFrames(WalIndexHeader header) throws IOException {
        if (mark.frame() == 0) {
            return;
        }
        WalReader old = new WalReader(files.wal(), files.pageSize(), header.bigEndianChecksum(), mark);
        if (old.next(WalReader.TO_END, new WalTransaction())) {
            throw new UncapturedFramesException("The WAL of " + files.database() + " was restarted behind frame "
                    + mark.frame() + " although commits after it were not captured yet.");
        }
    }

    private WalIndexHeader readHeader() throws IOException {
        WalIndexHeader header = files.walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + files.database() + " stays inconsistent");
        }
        return header;
    }

    /** The pages of the transaction at hand, read from their frames. */
    private final class TransactionPages implements ChangeSetWriter.Pages {
        private @Nullable WalReader reader;

        @Override
        public int count() {
            return transaction.pageCount();
        }

        @Override
        public int pageNumber(int index) {
            return transaction.pageNumber(index);
        }

        @Override
        public void read(int index, byte[] into) throws IOException {
            WalReader source = reader;
            if (source == null) {
                throw new IllegalStateException("no transaction is at hand");
            }
            source.readPage(transaction.frame(index), ByteBuffer.wrap(into));
        }
    }
}
