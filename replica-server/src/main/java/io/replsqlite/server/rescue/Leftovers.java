package io.replsqlite.server.rescue;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.server.wal.WalReader;
import io.replsqlite.server.wal.WalTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commits that stand in the WAL and not in the log: a primary died between SQLite's commit and the log's sync, or another
 * program wrote while no node was there. The caller holds SQLite's write lock as long as they are read.
 */
public final class Leftovers {
    private final SqliteFiles files;
    private final boolean bigEndianChecksum;
    private final WalMark from;
    private final WalMark to;

    private Leftovers(SqliteFiles files, boolean bigEndianChecksum, WalMark from, WalMark to) {
        this.files = files;
        this.bigEndianChecksum = bigEndianChecksum;
        this.from = from;
        this.to = to;
    }

    /**
     * What follows a place that the log knows, up to the end of the WAL; null if that cannot be told because the WAL has
     * started over since.
     */
    public static @Nullable Leftovers after(SqliteFiles files, WalMark captured) throws IOException {
        WalIndexHeader header = files.walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + files.database() + " stays inconsistent");
        }
        boolean follows = header.mark().isSameGeneration(captured) && header.maxFrame() > captured.frame();
        return follows ? new Leftovers(files, header.bigEndianChecksum(), captured, header.mark()) : null;
    }

    /** @param head the end of the log, after which they come */
    void visit(Position head, CommitVisitor visitor) throws IOException {
        WalReader reader = new WalReader(files.wal(), files.pageSize(), bigEndianChecksum, from);
        WalTransaction transaction = new WalTransaction();
        byte[] page = new byte[files.pageSize()];
        Epoch epoch = head.epoch();
        Txid txid = head.txid();
        while (reader.mark().frame() < to.frame() && reader.next(to.frame(), transaction)) {
            txid = txid.next();
            visitor.begin(new TailCommit(epoch, txid, false, 0, transaction.databaseSizePages(), List.of()));
            for (int i = 0; i < transaction.pageCount(); i++) {
                reader.readPage(transaction.frame(i), ByteBuffer.wrap(page));
                visitor.page(transaction.pageNumber(i), page);
            }
            visitor.end();
        }
    }

    /** What the pages of the file are known to be, given what the log says: nothing of those changed here. */
    public long[] distrustIn(long[] entries, Position head) throws IOException {
        TailExtent extent = new TailExtent();
        visit(head, extent);
        long[] known = java.util.Arrays.copyOf(entries, Math.min(entries.length, extent.keptPages()));
        extent.pages().stream().filter(page -> page <= known.length).forEach(page -> known[page - 1] = 0);
        return known;
    }
}
