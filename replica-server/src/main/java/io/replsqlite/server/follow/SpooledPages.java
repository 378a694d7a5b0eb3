package io.replsqlite.server.follow;

import io.replsqlite.server.pages.PageSpool;
import io.replsqlite.server.rescue.KnownPages;
import io.replsqlite.server.store.DivergedException;
import io.replsqlite.server.store.OpenDatabase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** The pages of a resync or a rewind, in the spool until all of them are there. For the follower's thread. */
final class SpooledPages implements ReceivedPages, KnownPages.Received {
    private final String databaseName;
    private final OpenDatabase database;
    private final PageSpool spool;
    private final boolean isRewind;
    private final BitSet changedSince = new BitSet();

    /** @param isRewind whether pages that the primary has not changed come as they were at the common position */
    SpooledPages(String databaseName, OpenDatabase database, PageSpool spool, boolean isRewind) {
        this.databaseName = databaseName;
        this.database = database;
        this.spool = spool;
        this.isRewind = isRewind;
    }

    @Override
    public void begin(int pageSize, int databasePages) throws IOException {
        if (pageSize != database.pageSize()) {
            throw new DivergedException("The primary's " + databaseName + " has pages of " + pageSize
                    + " bytes, this node's of " + database.pageSize()
                    + ". Remove this node's copy; it will be fetched again.");
        }
        spool.start(pageSize);
        spool.setDatabasePages(Integer.MAX_VALUE);
    }

    @Override
    public void page(int pageNumber, byte[] source, int offset, int pageSize, long checksum) throws IOException {
        spool.put(pageNumber, source, offset, checksum);
    }

    @Override
    public void changedSince(BitSet pages) {
        changedSince.or(pages);
    }

    @Override
    public boolean hasCommon(int pageNumber) {
        return isRewind && spool.contains(pageNumber) && !changedSince.get(pageNumber);
    }

    @Override
    public void read(int pageNumber, ByteBuffer into) throws IOException {
        spool.read(pageNumber, into);
    }
}
