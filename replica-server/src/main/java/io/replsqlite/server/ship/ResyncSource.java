package io.replsqlite.server.ship;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.stream.FrameWriter;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;

/**
 * Sends a follower the pages in which it differs, without stopping commits or checkpoints.
 *
 * <p>Let C be the last recorded checkpoint. Pages that differ are read as they stand in the database file; a page that
 * was not changed after C is right there. Every page that was changed after C comes once more, from the change sets
 * after C, in its newest version. So whatever was torn or old in the file is overwritten at the receiver.
 */
public final class ResyncSource {
    private final OpenDatabase database;
    private final MonotonicClock clock;

    public ResyncSource(OpenDatabase database, MonotonicClock clock) {
        this.database = database;
        this.clock = clock;
    }

    public void send(ResyncRequest request, OutputStream out) throws IOException, InterruptedException {
        FrameWriter frames = new FrameWriter(out);
        PageSender pages = new PageSender(database.files(), database.log(), clock, frames);
        try (LogCursor since = cursorAfter(database, database.checkpoints().recorded())) {
            PageChecksums.Copy copy = database.checksums().copy();
            BitSet wanted = differing(copy.entries(), request.checksums());
            int databasePages = copy.entries().length;
            frames.snapshotBegin(
                    new SnapshotEnds.Begin(copy.position(), database.pageSize(), databasePages, wanted.cardinality()));
            pages.sendFromFile(wanted);
            pages.awaitDurable(copy.position().txid());
            frames.snapshotEnd(pages.sendSince(since, copy.position(), databasePages, (commit, page) -> true));
            frames.flush();
        }
    }

    static LogCursor cursorAfter(OpenDatabase database, Position place) throws IOException {
        if (database.log().after(place) instanceof CursorSearch.Found found) {
            return found.cursor();
        }
        throw new IOException("the log does not reach back to " + place);
    }

    private static BitSet differing(long[] ours, long[] theirs) {
        BitSet pages = new BitSet(ours.length + 1);
        for (int i = 0; i < ours.length; i++) {
            pages.set(i + 1, ours[i] != 0 && (i >= theirs.length || theirs[i] != ours[i]));
        }
        return pages;
    }
}
