package io.replsqlite.server.rescue;

import io.replsqlite.base.Position;
import io.replsqlite.server.log.BodyHeader;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.outcome.OutcomeEntry;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node has beyond a position that is also in the cluster's history: the rest of its log, then what its WAL has
 * beyond the log. Read from there each time it is visited.
 */
public final class DivergentTail {
    private final ChangeLog log;
    private final Position common;
    private final @Nullable Leftovers leftovers;

    public DivergentTail(ChangeLog log, Position common, @Nullable Leftovers leftovers) {
        this.log = log;
        this.common = common;
        this.leftovers = leftovers;
    }

    public Position common() {
        return common;
    }

    /** The last position of the log, before what is only in the WAL. */
    Position logHead() {
        return log.durableHead();
    }

    ChangeLog log() {
        return log;
    }

    public TailExtent extent() throws IOException {
        TailExtent extent = new TailExtent();
        visit(extent);
        return extent;
    }

    void visit(CommitVisitor visitor) throws IOException {
        if (!(log.after(common) instanceof CursorSearch.Found found)) {
            throw new IOException("the log does not continue " + common);
        }
        try (LogCursor cursor = found.cursor()) {
            LtxDecoder decoder = new LtxDecoder();
            LtxPage page = new LtxPage();
            while (cursor.advance() == LogCursor.Advance.RECORD) {
                if (cursor.record().header().kind() == RecordKind.COMMIT) {
                    visit(cursor.record(), decoder, page, visitor);
                }
            }
        }
        if (leftovers != null) {
            leftovers.visit(log.durableHead(), visitor);
        }
    }

    private static void visit(LogRecord record, LtxDecoder decoder, LtxPage page, CommitVisitor visitor)
            throws IOException {
        BodyHeader header = record.header();
        visitor.begin(new TailCommit(
                header.epoch(),
                header.txid(),
                true,
                header.timestampMillis(),
                header.databasePages(),
                requestsIn(record.attachment())));
        try (InputStream ltx = record.openLtx()) {
            var ignored = decoder.read(ltx, page, read -> visitor.page(read.number(), read.bytes()));
        }
        visitor.end();
    }

    private static List<RequestId> requestsIn(byte[] attachment) throws IOException {
        return OutcomeEntry.decodeAll(attachment).stream()
                .filter(entry -> !entry.isUnattributed())
                .map(OutcomeEntry::id)
                .toList();
    }
}
