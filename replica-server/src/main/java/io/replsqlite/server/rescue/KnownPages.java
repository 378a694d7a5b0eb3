package io.replsqlite.server.rescue;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.btree.PageView;
import io.replsqlite.server.btree.UnreadablePageException;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCorruptedException;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.pages.PageSpool;
import io.replsqlite.server.scan.PageScan;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * The database at the common position, put together: a page that the tail has not changed is as it stands here; one that
 * the primary has not changed since came from there; any other is looked for in this node's log, before that position.
 */
public final class KnownPages implements TailDecoder.CommonState {
    private static final Logger LOG = System.getLogger(KnownPages.class.getName());

    private static final int MEMORY_BYTES = 4 << 20;

    /** So much of the log is read for pages, at most. */
    private static final long MAX_LOG_BYTES = 256L << 20;

    private final PageScan present;
    private final TailExtent extent;
    private final Received received;
    private final PageSpool fromLog;

    /** What a rewind has brought. */
    public interface Received {
        /** Whether the page came, as it was at the common position. */
        boolean hasCommon(int pageNumber);

        void read(int pageNumber, ByteBuffer into) throws IOException;
    }

    private KnownPages(PageScan present, TailExtent extent, Received received, PageSpool fromLog) {
        this.present = present;
        this.extent = extent;
        this.received = received;
        this.fromLog = fromLog;
    }

    /**
     * @param present the file as the tail has left it; nothing may change it as long as the result is used
     * @param scratch the name of a file that is gone on close
     */
    public static KnownPages find(
            PageScan present, DivergentTail tail, TailExtent extent, Received received, Path scratch)
            throws IOException {
        BitSet missing = new BitSet();
        extent.pages().stream().filter(page -> !received.hasCommon(page)).forEach(missing::set);
        PageSpool fromLog = new PageSpool(scratch, MEMORY_BYTES);
        try {
            fromLog.start(present.pageSize());
            fromLog.setDatabasePages(Integer.MAX_VALUE);
            searchAsFarAsPossible(tail, missing, fromLog);
            return new KnownPages(present, extent, received, fromLog);
        } catch (IOException | RuntimeException failure) {
            fromLog.close();
            throw failure;
        }
    }

    /** Damage before the common position costs some rows their state before; it must not keep the node from going on. */
    private static void searchAsFarAsPossible(DivergentTail tail, BitSet missing, PageSpool into) throws IOException {
        try {
            search(tail.log(), tail.common(), missing, into);
        } catch (LogCorruptedException damaged) {
            LOG.log(Level.WARNING, "pages before the common position are not looked for: {0}", damaged.getMessage());
        }
    }

    /** Segment by segment from the common position back: in each, the newest version counts. */
    private static void search(ChangeLog log, Position common, BitSet missing, PageSpool into) throws IOException {
        List<Position> bases = log.segmentBases();
        Txid end = common.txid();
        long bytes = 0;
        for (int i = bases.size() - 1; i >= 0 && !missing.isEmpty() && bytes < MAX_LOG_BYTES; i--) {
            Position base = bases.get(i);
            if (base.txid().compareTo(end) < 0 && log.after(base) instanceof CursorSearch.Found found) {
                BitSet here = new BitSet();
                try (LogCursor cursor = found.cursor()) {
                    while (cursor.advanceUpTo(end) == LogCursor.Advance.RECORD) {
                        bytes += cursor.record().header().bodyLength();
                        take(cursor.record(), missing, here, into);
                    }
                }
                missing.andNot(here);
                end = base.txid();
            }
        }
    }

    private static void take(LogRecord record, BitSet missing, BitSet here, PageSpool into) throws IOException {
        if (record.header().kind() != RecordKind.COMMIT) {
            return;
        }
        try (InputStream ltx = record.openLtx()) {
            var ignored = new LtxDecoder().read(ltx, new LtxPage(), page -> {
                if (missing.get(page.number())) {
                    into.put(page.number(), page.bytes(), 0, page.checksum());
                    here.set(page.number());
                }
            });
        }
    }

    @Override
    public PageView pages() {
        return this::page;
    }

    private byte[] page(int number) throws IOException {
        byte[] page = new byte[present.pageSize()];
        boolean touched = extent.pages().get(number);
        if ((touched || number > extent.keptPages()) && received.hasCommon(number)) {
            received.read(number, ByteBuffer.wrap(page));
        } else if (fromLog.contains(number)) {
            fromLog.read(number, ByteBuffer.wrap(page));
        } else if (touched || number < 1 || number > present.databasePages()) {
            throw new UnreadablePageException("page " + number + " before the transaction is not known");
        } else {
            present.read(number, page);
        }
        return page;
    }

    @Override
    public void close() throws IOException {
        fromLog.close();
    }
}
