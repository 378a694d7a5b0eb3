package io.replsqlite.server.wal;

import java.util.Arrays;

/**
 * One commit found in a WAL: for each page that belongs to the database after it, the frame of its last version, in
 * ascending order of page numbers. Pages beyond the new size and the lock page are left out. Refilled by each
 * {@link WalReader#next}; belongs to the reader's thread.
 */
public final class WalTransaction {
    private long[] pagesAndFrames = new long[64];
    private int count;
    private int databaseSizePages;
    private int firstFrame;
    private WalMark after = WalMark.NONE;

    public int pageCount() {
        return count;
    }

    public int pageNumber(int index) {
        return (int) (pagesAndFrames[checked(index)] >>> 32);
    }

    public int frame(int index) {
        return (int) pagesAndFrames[checked(index)];
    }

    private int checked(int index) {
        if (index >= count) {
            throw new IndexOutOfBoundsException("page " + index + " of " + count);
        }
        return index;
    }

    /** The size of the database after this commit. */
    public int databaseSizePages() {
        return databaseSizePages;
    }

    /** The first frame that this transaction wrote. */
    public int firstFrame() {
        return firstFrame;
    }

    /** The place after this commit. */
    public WalMark after() {
        return after;
    }

    void begin(int newFirstFrame) {
        firstFrame = newFirstFrame;
        count = 0;
    }

    void add(int pageNumber, int frame) {
        if (count == pagesAndFrames.length) {
            pagesAndFrames = Arrays.copyOf(pagesAndFrames, count * 2);
        }
        pagesAndFrames[count++] = ((long) pageNumber << 32) | frame;
    }

    /** Sorts, keeps the last frame of each page, and drops what is not part of the database after the commit. */
    void commit(int newDatabaseSizePages, int lockPage, WalMark newAfter) {
        databaseSizePages = newDatabaseSizePages;
        after = newAfter;
        Arrays.sort(pagesAndFrames, 0, count);
        int kept = 0;
        for (int index = 0; index < count; index++) {
            int page = (int) (pagesAndFrames[index] >>> 32);
            boolean last = index + 1 == count || page != (int) (pagesAndFrames[index + 1] >>> 32);
            if (last && page > 0 && page <= newDatabaseSizePages && page != lockPage) {
                pagesAndFrames[kept++] = pagesAndFrames[index];
            }
        }
        count = kept;
    }
}
