package io.replsqlite.server.follow;

import java.io.IOException;
import java.util.BitSet;

/** Where the pages of a resync go. */
public interface ReceivedPages {
    /** Says what is coming, before the first page. */
    void begin(int pageSize, int databasePages) throws IOException;

    void page(int pageNumber, byte[] source, int offset, int pageSize, long checksum) throws IOException;

    /**
     * The answer to a rewind names pages that were asked for and that the primary has changed since the common position:
     * the others came as they were then.
     */
    default void changedSince(BitSet pages) throws IOException {}
}
