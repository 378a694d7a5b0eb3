package io.replsqlite.server.ship;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CommonHistory;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.stream.CommonAnswer;
import io.replsqlite.server.stream.CommonAnswer.Reach;
import io.replsqlite.server.stream.CommonRequest;
import io.replsqlite.server.stream.FrameWriter;
import io.replsqlite.server.stream.RewindRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import io.replsqlite.server.wal.LockPage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;
import java.util.Optional;

/**
 * Takes a follower from a position that both logs have to the head: the pages that either side has changed since.
 *
 * <p>As in {@link ResyncSource}, let C be the last recorded checkpoint. A page is read from the database file if the
 * follower changed it, or if it was changed here after the common position and up to C. From the change sets after C comes
 * every page that was changed after the common position, and of older ones what the follower asks for.
 */
public final class RewindSource {
    /** Looking through more change sets than this costs more than comparing the checksums of a large database. */
    private static final long MAX_LOG_BYTES = 64L << 20;

    private final OpenDatabase database;
    private final ChangeLog log;
    private final MonotonicClock clock;

    public RewindSource(OpenDatabase database, MonotonicClock clock) {
        this.database = database;
        this.log = database.log();
        this.clock = clock;
    }

    /** Where a follower's history leaves this one's, and whether a rewind from there is possible. */
    public CommonAnswer common(CommonRequest request) throws IOException {
        Optional<CommonHistory> found = CommonHistory.of(
                log.epochHistory(),
                log.durableHead().txid(),
                request.history(),
                request.head().txid());
        if (found.isEmpty()) {
            return CommonAnswer.NONE;
        }
        CommonHistory common = found.get();
        Optional<Position> here = log.positionAt(common.epoch(), common.txid());
        if (here.isEmpty()) {
            Position place = new Position(common.epoch(), common.txid(), StateChecksum.EMPTY);
            return new CommonAnswer(Reach.HISTORY, place);
        }
        return new CommonAnswer(isWorthIt(here.get()) ? Reach.LOG : Reach.FAR, here.get());
    }

    private boolean isWorthIt(Position common) throws IOException {
        if (!(log.after(common) instanceof CursorSearch.Found found)) {
            return false;
        }
        long bytes = 0;
        try (LogCursor cursor = found.cursor()) {
            while (bytes <= MAX_LOG_BYTES && cursor.advance() == LogCursor.Advance.RECORD) {
                bytes += cursor.record().header().bodyLength();
            }
        }
        return bytes <= MAX_LOG_BYTES;
    }

    /** Whether the log continues the position that a follower wants to go back to. */
    public boolean reaches(Position common) throws IOException {
        if (log.after(common) instanceof CursorSearch.Found found) {
            found.cursor().close();
            return true;
        }
        return false;
    }

    public void send(RewindRequest request, OutputStream out) throws IOException, InterruptedException {
        FrameWriter frames = new FrameWriter(out);
        PageSender pages = new PageSender(database.files(), log, clock, frames);
        Position checkpoint = database.checkpoints().recorded();
        try (LogCursor since = ResyncSource.cursorAfter(database, checkpoint)) {
            PageChecksums.Copy copy = database.checksums().copy();
            Position reached = copy.position();
            int databasePages = copy.entries().length;
            BitSet asked = asked(request, databasePages);
            BitSet changedHere = changedBetween(request.common(), checkpoint.txid(), pages);
            BitSet wanted = (BitSet) asked.clone();
            wanted.or(changedHere);
            frames.snapshotBegin(new SnapshotEnds.Begin(
                    reached, database.pageSize(), databasePages, Math.min(databasePages, wanted.cardinality())));
            pages.sendFromFile(wanted);
            pages.awaitDurable(reached.txid());
            SnapshotEnds.End end = pages.sendSince(since, reached, databasePages, (commit, page) -> {
                boolean isSince =
                        commit.header().txid().isAfter(request.common().txid());
                if (isSince) {
                    changedHere.set(page);
                }
                return isSince || asked.get(page);
            });
            changedHere.and(asked);
            frames.changedPages(changedHere);
            frames.snapshotEnd(end);
            frames.flush();
        }
    }

    /** What the follower has changed, and all that it may have lost beyond. */
    private BitSet asked(RewindRequest request, int databasePages) {
        BitSet asked = (BitSet) request.changed().clone();
        if (databasePages > request.keptPages()) {
            asked.set(request.keptPages() + 1, databasePages + 1);
        }
        asked.clear(LockPage.number(database.pageSize()));
        return asked;
    }

    private BitSet changedBetween(Position common, Txid upTo, PageSender pages) throws IOException {
        BitSet changed = new BitSet();
        try (LogCursor cursor = ResyncSource.cursorAfter(database, common)) {
            while (cursor.advanceUpTo(upTo) == LogCursor.Advance.RECORD) {
                LogRecord record = cursor.record();
                if (record.header().kind() == RecordKind.COMMIT) {
                    pages.forEachPage(record, page -> changed.set(page.number()));
                }
            }
        }
        return changed;
    }
}
