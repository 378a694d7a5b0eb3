package io.replsqlite.server.ltx;

/** The numbers of the format, and the limits this implementation sets on what it reads. */
public final class LtxFormat {
    public static final int MAGIC = 0x4C545831;
    public static final int FLAG_NO_CHECKSUM = 0x2;

    public static final int HEADER_BYTES = 100;
    public static final int PAGE_HEADER_BYTES = 6;
    public static final int TRAILER_BYTES = 16;
    /** A file without pages: header, end mark, empty index with its length, trailer. */
    public static final int MIN_FILE_BYTES = HEADER_BYTES + PAGE_HEADER_BYTES + 1 + Long.BYTES + TRAILER_BYTES;

    public static final int MIN_PAGE_SIZE = 512;
    public static final int MAX_PAGE_SIZE = 65_536;
    /** Pages of one database; SQLite allows twice as many, at 4 KiB this is 8 TiB. */
    public static final int MAX_PAGES = Integer.MAX_VALUE;
    /** The payload of a v3-block frame: what LZ4 makes, at worst, of the largest page. */
    public static final int MAX_BLOCK_BYTES = MAX_PAGE_SIZE + MAX_PAGE_SIZE / 255 + 16;
    /** A whole frame of either kind. */
    public static final int MAX_FRAME_BYTES = MAX_BLOCK_BYTES + 64;
    /** The page index of a file opened for random access, which is held in memory. */
    public static final int MAX_INDEX_BYTES = 256 << 20;

    static final int FRAME_FLAG_BLOCK = 0x1;
    static final long CHECKSUM_BIT = 1L << 63;

    private LtxFormat() {}

    /** The number of the page that holds SQLite's lock bytes, which has no content. */
    public static int lockPage(int pageSize) {
        return 0x40000000 / pageSize + 1;
    }

    public static boolean isPageSize(int pageSize) {
        return pageSize >= MIN_PAGE_SIZE && pageSize <= MAX_PAGE_SIZE && Integer.bitCount(pageSize) == 1;
    }

    /** The page a gap-free sequence has after {@code pageNumber}: the next one that is not the lock page. */
    static long pageAfter(int pageNumber, int pageSize) {
        return pageNumber + 1 == lockPage(pageSize) ? pageNumber + 2L : pageNumber + 1L;
    }

    /** Whether a gap-free sequence that ends with {@code lastPage} holds every page of a database of {@code commit}. */
    static boolean isComplete(int lastPage, int commit, int pageSize) {
        return lastPage == commit || pageAfter(lastPage, pageSize) > commit;
    }
}
