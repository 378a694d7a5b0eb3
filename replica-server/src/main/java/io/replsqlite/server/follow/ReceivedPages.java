package io.replsqlite.server.follow;

import java.io.IOException;

/** Where the pages of a resync go. */
interface ReceivedPages {
    /** Says what is coming, before the first page. */
    void begin(int pageSize, int databasePages) throws IOException;

    void page(int pageNumber, byte[] source, int offset, int pageSize, long checksum) throws IOException;
}
