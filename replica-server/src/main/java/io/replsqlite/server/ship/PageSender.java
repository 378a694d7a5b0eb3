package io.replsqlite.server.ship;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.stream.FrameWriter;
import io.replsqlite.server.stream.SnapshotEnds;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;

/**
 * The two halves of every answer that consists of pages: as they stand in the database file, and from the change sets
 * since the last checkpoint. For one HTTP thread.
 */
final class PageSender {
    private static final int RUN_BYTES = 1 << 20;
    private static final Duration SYNC_WAIT = Duration.ofSeconds(30);

    private final SqliteFiles files;
    private final ChangeLog log;
    private final MonotonicClock clock;
    private final FrameWriter frames;
    private final int pageSize;
    private final LtxDecoder decoder = new LtxDecoder();
    private final LtxPage page = new LtxPage();

    /** Which pages of a commit are sent. */
    @FunctionalInterface
    interface Choice {
        boolean sends(LogRecord commit, int pageNumber);
    }

    PageSender(SqliteFiles files, ChangeLog log, MonotonicClock clock, FrameWriter frames) {
        this.files = files;
        this.log = log;
        this.clock = clock;
        this.frames = frames;
        this.pageSize = files.pageSize();
    }

    /** @param wanted page numbers */
    void sendFromFile(BitSet wanted) throws IOException {
        int inFile = files.pagesInDatabaseFile();
        ByteBuffer run = ByteBuffer.allocate(RUN_BYTES);
        int first = wanted.nextSetBit(1);
        while (first >= 0 && first <= inFile) {
            int behind = Math.min(wanted.nextClearBit(first), first + RUN_BYTES / pageSize);
            sendRun(first, Math.min(behind, inFile + 1), run);
            first = wanted.nextSetBit(behind);
        }
        frames.finishPages();
    }

    /** The file may shrink under us: then what is missing left the database, or comes from the change sets. */
    private void sendRun(int first, int behind, ByteBuffer run) throws IOException {
        int readable = Math.min(behind - 1, files.pagesInDatabaseFile()) - first + 1;
        if (readable <= 0) {
            return;
        }
        run.clear().limit(readable * pageSize);
        try {
            files.readDatabaseFile(first, run);
        } catch (EOFException shrunkMeanwhile) {
            sendRun(first, behind, run);
            return;
        }
        for (int i = 0; i < readable; i++) {
            frames.page(first + i, run.slice(i * pageSize, pageSize));
        }
    }

    /** The checksums may speak of a commit that is captured but not durable yet; the end must not lie before it. */
    void awaitDurable(Txid txid) throws IOException, InterruptedException {
        if (!log.durableGate().await(txid.value(), Deadline.after(SYNC_WAIT, clock))) {
            throw new IOException("txid " + txid + " did not become durable within " + SYNC_WAIT);
        }
    }

    /**
     * Sends from every commit that is durable by now.
     *
     * @param from where the cursor stands
     * @param pagesThere the size of the database at that place or later
     */
    SnapshotEnds.End sendSince(LogCursor since, Position from, int pagesThere, Choice choice) throws IOException {
        Txid target = log.durableHead().txid();
        Position reached = from;
        int databasePages = pagesThere;
        while (since.advanceUpTo(target) == LogCursor.Advance.RECORD) {
            LogRecord record = since.record();
            if (record.header().kind() == RecordKind.COMMIT) {
                databasePages = record.header().databasePages();
                sendRecord(record, choice);
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

    private void sendRecord(LogRecord record, Choice choice) throws IOException {
        forEachPage(record, read -> {
            if (choice.sends(record, read.number())) {
                frames.page(read.number(), ByteBuffer.wrap(read.bytes(), 0, pageSize));
            }
        });
    }

    void forEachPage(LogRecord commit, LtxDecoder.PageConsumer consumer) throws IOException {
        try (InputStream ltx = commit.openLtx()) {
            var ignored = decoder.read(ltx, page, consumer);
        }
    }
}
