package io.replsqlite.server.ship;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.stream.FrameWriter;
import io.replsqlite.server.stream.RewindRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import io.replsqlite.server.wal.LockPage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;

/**
 * Takes a follower from a position that both logs have to the head: the pages that either side has changed since.
 *
 * <p>As in {@link ResyncSource}, let C be the last recorded checkpoint. A page is read from the database file if the
 * follower changed it, or if it was changed here after the common position and up to C. From the change sets after C comes
 * every page that was changed after the common position, and of older ones what the follower asks for.
 */
public final class RewindSource {
    private final OpenDatabase database;
    private final ChangeLog log;
    private final MonotonicClock clock;

    public RewindSource(OpenDatabase database, MonotonicClock clock) {
        this.database = database;
        this.log = database.log();
        this.clock = clock;
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
