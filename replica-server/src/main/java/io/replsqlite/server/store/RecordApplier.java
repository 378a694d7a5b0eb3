package io.replsqlite.server.store;

import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.apply.PageSource;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.log.BodyHeader;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.pages.PageSpool;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * From log to replica file: pours the next change sets together, checks that they give the state that their last one
 * names, and commits them as one. A reader sees the state before or after, never between.
 *
 * <p>For the thread that owns the database.
 */
public final class RecordApplier implements AutoCloseable {
    private final ChangeLog log;
    private final PageChecksums checksums;
    private final PageSpool spool;
    private final int maxBatch;
    private final LtxDecoder decoder = new LtxDecoder();
    private final LtxPage page = new LtxPage();
    private @Nullable LogCursor cursor;
    private @Nullable PageVersions versions;

    public RecordApplier(ChangeLog log, PageChecksums checksums, PageSpool spool, int maxBatch) {
        this.log = log;
        this.checksums = checksums;
        this.spool = spool;
        this.maxBatch = maxBatch;
    }

    /** No commit is too new. */
    public static final Txid NO_LIMIT = new Txid(Long.MAX_VALUE);

    /** Applies at most one batch of what is durable in the log, up to a txid; answers whether there was anything. */
    public boolean applyNext(ReplicaFile replica, Txid upTo) throws IOException {
        boolean complete = false;
        try {
            Position reached = pour(maxBatch, upTo);
            if (reached != null) {
                commit(replica, reached);
            }
            complete = true;
            return reached != null;
        } finally {
            if (!complete) {
                restart(); // the cursor stands behind what was not applied
            }
        }
    }

    /** From now on notes every content that a page gets. */
    void noteVersionsIn(PageVersions noted) {
        versions = noted;
    }

    /** Pours everything durable that the checksums do not cover yet; answers the position after it, or null for none. */
    public @Nullable Position pourAll() throws IOException {
        return pour(Integer.MAX_VALUE, NO_LIMIT);
    }

    private @Nullable Position pour(int maxRecords, Txid upTo) throws IOException {
        Position reached = null;
        LogCursor records = cursor();
        for (int i = 0; i < maxRecords && records.advanceUpTo(upTo) == LogCursor.Advance.RECORD; i++) {
            LogRecord record = records.record();
            if (reached == null) {
                spool.start(replicaPageSize(record.header()));
                spool.setDatabasePages(checksums.pages());
            }
            if (record.header().kind() == RecordKind.COMMIT) {
                pourCommit(record);
            }
            reached = record.header().position();
        }
        return reached;
    }

    private int replicaPageSize(BodyHeader header) {
        return header.kind() == RecordKind.COMMIT || spool.pageSize() == 0 ? pageSizeOf(header) : spool.pageSize();
    }

    private static int pageSizeOf(BodyHeader header) {
        return header.pageSize() == 0 ? 4096 : header.pageSize();
    }

    private void pourCommit(LogRecord record) throws IOException {
        if (record.header().pageSize() != spool.pageSize()) {
            if (!spool.isEmpty()) {
                throw new DivergedException("the page size changes within the log at "
                        + record.header().position());
            }
            spool.start(record.header().pageSize());
            spool.setDatabasePages(checksums.pages());
        }
        try (InputStream ltx = record.openLtx()) {
            LtxHeader header = decoder.begin(ltx);
            if (!header.maxTxid().equals(record.header().txid())
                    || header.commit() != record.header().databasePages()) {
                throw new DivergedException(
                        "the change set in record " + record.header().position() + " is another's");
            }
            spool.setDatabasePages(header.commit());
            while (decoder.nextPage(page)) {
                spool.put(page.number(), page.bytes(), 0, page.checksum());
                if (versions != null) {
                    versions.add(page.number(), page.checksum());
                }
            }
            var ignored = decoder.finish();
        }
    }

    /** Commits what was poured, after checking that it leads to {@code reached}. */
    private void commit(ReplicaFile replica, Position reached) throws IOException {
        PageChecksums.Changes changes = checked(reached);
        checksums.willCommit();
        if (changes.count() > 0) {
            replica.commit(source(changes.pageNumbers()), changes.databasePages());
        }
        checksums.commit(changes, reached);
    }

    /** What was poured, as changes of the checksums. @throws DivergedException if they do not lead to {@code reached} */
    public PageChecksums.Changes checked(Position reached) throws DivergedException {
        PageChecksums.Changes changes = spool.changes();
        StateChecksum after = checksums.after(changes);
        if (!after.equals(reached.checksum())) {
            throw new DivergedException("Applying up to " + reached + " would give state " + after + ".");
        }
        return changes;
    }

    /** The spool's pages in order, for {@link ReplicaFile#commit}. */
    public PageSource source(int[] pageNumbers) {
        int[] next = {0};
        return target -> {
            if (next[0] == pageNumbers.length) {
                return PageSource.END;
            }
            int pageNumber = pageNumbers[next[0]++];
            spool.read(pageNumber, target);
            return pageNumber;
        };
    }

    public PageSpool spool() {
        return spool;
    }

    private LogCursor cursor() throws IOException {
        LogCursor open = cursor;
        return open != null ? open : startAfter(checksums.position());
    }

    /**
     * Goes to the record after a position.
     *
     * @throws DivergedException if the log does not know the position
     */
    public LogCursor startAfter(Position position) throws IOException {
        restart();
        CursorSearch search = log.after(position);
        if (search instanceof CursorSearch.Found found) {
            cursor = found.cursor();
            return found.cursor();
        }
        throw new DivergedException("The log does not continue " + position + ": " + search);
    }

    /** The log was replaced, or the checksums moved by other means: the next call looks for its place again. */
    public void restart() throws IOException {
        LogCursor open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        restart();
        spool.close();
    }
}
