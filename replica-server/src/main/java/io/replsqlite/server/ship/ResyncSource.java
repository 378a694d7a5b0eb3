package io.replsqlite.server.ship;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.checkpoint.CheckpointWriter;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.stream.FrameWriter;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Sends a follower the pages in which it differs, without stopping commits or checkpoints.
 *
 * <p>Let C be the last recorded checkpoint. Pages that differ are read as they stand in the database file; a page that
 * was not changed after C is right there. Every page that was changed after C comes once more, from the change sets
 * after C, in its newest version. So whatever was torn or old in the file is overwritten at the receiver.
 */
public final class ResyncSource {
    private static final int RUN_BYTES = 1 << 20;
    private static final Duration SYNC_WAIT = Duration.ofSeconds(30);

    private final SqliteFiles files;
    private final ChangeLog log;
    private final PageChecksums checksums;
    private final CheckpointWriter checkpoints;
    private final MonotonicClock clock;
    private final int pageSize;

    public ResyncSource(
            SqliteFiles files,
            ChangeLog log,
            PageChecksums checksums,
            CheckpointWriter checkpoints,
            MonotonicClock clock) {
        this.files = files;
        this.log = log;
        this.checksums = checksums;
        this.checkpoints = checkpoints;
        this.clock = clock;
        this.pageSize = files.pageSize();
    }

    public void send(ResyncRequest request, OutputStream out) throws IOException, InterruptedException {
        FrameWriter frames = new FrameWriter(out);
        try (LogCursor since = cursorAfter(checkpoints.recorded())) {
            PageChecksums.Copy copy = checksums.copy();
            long[] wanted = copy.entries();
            long count = markDiffering(wanted, request.checksums());
            frames.snapshotBegin(new SnapshotEnds.Begin(copy.position(), pageSize, wanted.length, count));
            sendFromFile(wanted, frames);
            awaitDurable(copy.position().txid());
            frames.snapshotEnd(sendSince(since, copy.position(), wanted.length, frames));
            frames.flush();
        }
    }

    private LogCursor cursorAfter(Position checkpoint) throws IOException {
        if (log.after(checkpoint) instanceof CursorSearch.Found found) {
            return found.cursor();
        }
        throw new IOException("the log does not reach back to the checkpoint " + checkpoint);
    }

    /** Leaves in {@code entries} only what the follower lacks, 0 elsewhere; answers how many that are. */
    private static long markDiffering(long[] entries, long[] theirs) {
        long count = 0;
        for (int i = 0; i < entries.length; i++) {
            boolean same = i < theirs.length && theirs[i] == entries[i];
            entries[i] = same ? 0 : entries[i];
            count += entries[i] == 0 ? 0 : 1;
        }
        return count;
    }

    private void sendFromFile(long[] wanted, FrameWriter frames) throws IOException {
        int inFile = Math.min(wanted.length, files.pagesInDatabaseFile());
        ByteBuffer run = ByteBuffer.allocate(RUN_BYTES);
        int first = 0;
        while (first < inFile) {
            if (wanted[first] == 0) {
                first++;
                continue;
            }
            int end = first + 1;
            while (end < inFile && wanted[end] != 0 && end - first < RUN_BYTES / pageSize) {
                end++;
            }
            sendRun(first, end, run, frames);
            first = end;
        }
        frames.finishPages();
    }

    /** The file may shrink under us: then what is missing left the database, or comes from the change sets. */
    private void sendRun(int first, int end, ByteBuffer run, FrameWriter frames) throws IOException {
        int readable = Math.min(end, files.pagesInDatabaseFile()) - first;
        if (readable <= 0) {
            return;
        }
        run.clear().limit(readable * pageSize);
        try {
            files.readDatabaseFile(first + 1, run);
        } catch (EOFException shrunkMeanwhile) {
            sendRun(first, end, run, frames);
            return;
        }
        for (int i = 0; i < readable; i++) {
            frames.page(first + i + 1, run.slice(i * pageSize, pageSize));
        }
    }

    /** The checksums may speak of a commit that is captured but not durable yet; the end must not lie before it. */
    private void awaitDurable(Txid txid) throws IOException, InterruptedException {
        if (!log.durableGate().await(txid.value(), Deadline.after(SYNC_WAIT, clock))) {
            throw new IOException("txid " + txid + " did not become durable within " + SYNC_WAIT);
        }
    }

    private SnapshotEnds.End sendSince(LogCursor since, Position atCopy, int pagesAtCopy, FrameWriter frames)
            throws IOException {
        Txid target = log.durableHead().txid();
        Position reached = atCopy;
        int databasePages = pagesAtCopy;
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        while (since.advanceUpTo(target) == LogCursor.Advance.RECORD) {
            LogRecord record = since.record();
            if (record.header().kind() == RecordKind.COMMIT) {
                databasePages = record.header().databasePages();
                sendRecord(record, decoder, page, frames);
            }
            reached = record.header().position();
        }
        if (reached.txid().value() < target.value()) {
            throw new IOException(
                    "the log was cut at " + reached + " while the change sets up to " + target + " were sent");
        }
        frames.finishPages();
        return new SnapshotEnds.End(reached, pageSize, databasePages, log.epochHistory());
    }

    private void sendRecord(LogRecord record, LtxDecoder decoder, LtxPage page, FrameWriter frames) throws IOException {
        try (InputStream ltx = record.openLtx()) {
            var header = decoder.begin(ltx);
            while (decoder.nextPage(page)) {
                frames.page(page.number(), ByteBuffer.wrap(page.bytes(), 0, header.pageSize()));
            }
            var ignored = decoder.finish();
        }
    }
}
