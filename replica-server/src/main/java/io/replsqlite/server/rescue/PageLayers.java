package io.replsqlite.server.rescue;

import io.replsqlite.server.btree.PageView;
import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.pages.PageSpool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The database before and after one transaction, transaction by transaction: what all earlier ones have changed lies over
 * the state at the common position, and the present one over that. In flat memory: pages beyond a limit go to a file.
 */
final class PageLayers implements AutoCloseable {
    private static final int MEMORY_BYTES = 4 << 20;

    private final PageView common;
    private final int pageSize;
    private final PageSpool earlier;
    private final PageSpool present;

    /** @param scratch a file name of which two are made; both are gone on close */
    PageLayers(PageView common, int pageSize, Path scratch) {
        this.common = common;
        this.pageSize = pageSize;
        earlier = new PageSpool(scratch.resolveSibling(scratch.getFileName() + ".earlier"), MEMORY_BYTES);
        present = new PageSpool(scratch.resolveSibling(scratch.getFileName() + ".present"), MEMORY_BYTES);
        earlier.start(pageSize);
        earlier.setDatabasePages(Integer.MAX_VALUE);
    }

    void begin() {
        present.start(pageSize);
        present.setDatabasePages(Integer.MAX_VALUE);
    }

    void put(int pageNumber, byte[] bytes) throws IOException {
        present.put(pageNumber, bytes, 0, PageChecksum.NONE);
    }

    byte[] before(int pageNumber) throws IOException {
        return earlier.contains(pageNumber) ? read(earlier, pageNumber) : common.page(pageNumber);
    }

    byte[] after(int pageNumber) throws IOException {
        return present.contains(pageNumber) ? read(present, pageNumber) : before(pageNumber);
    }

    private byte[] read(PageSpool spool, int pageNumber) throws IOException {
        byte[] page = new byte[pageSize];
        spool.read(pageNumber, ByteBuffer.wrap(page));
        return page;
    }

    /** The present transaction is an earlier one now. */
    void end() throws IOException {
        for (int page : present.sortedPages()) {
            earlier.put(page, read(present, page), 0, PageChecksum.NONE);
        }
    }

    @Override
    public void close() throws IOException {
        try (earlier) {
            present.close();
        }
    }
}
