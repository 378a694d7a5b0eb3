package io.replsqlite.server.scan;

import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.LockPage;
import io.replsqlite.server.wal.WalFrame;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndex;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The pages of one snapshot: each from its newest frame in the WAL up to the snapshot's last frame, else from the
 * database file.
 *
 * <p>The caller keeps the snapshot alive, by SQLite's write lock or by a read transaction that began at this header:
 * then no frame up to it is overwritten, and a checkpoint can only copy into the file what stands in those frames.
 */
public final class PageScan {
    private static final int RUN_BYTES = 1 << 20;

    private final SqliteFiles files;
    private final WalIndex index;
    private final int pageSize;
    private final int maxFrame;
    private final int databasePages;

    public PageScan(SqliteFiles files, WalIndexHeader snapshot) throws IOException {
        this.files = files;
        this.index = files.walIndex();
        this.pageSize = files.pageSize();
        this.maxFrame = snapshot.maxFrame();
        this.databasePages = maxFrame == 0 ? files.pagesInDatabaseFile() : snapshot.databaseSizePages();
    }

    public int databasePages() {
        return databasePages;
    }

    public int pageSize() {
        return pageSize;
    }

    /** Reads one page. */
    public void read(int pageNumber, byte[] into) throws IOException {
        int frame = index.findFrame(pageNumber, maxFrame);
        if (frame == 0) {
            files.readDatabaseFile(pageNumber, ByteBuffer.wrap(into, 0, pageSize));
            return;
        }
        ByteBuffer page = ByteBuffer.wrap(into, 0, pageSize);
        long at = WalHeader.frameOffset(frame, pageSize) + WalFrame.HEADER_BYTES;
        while (page.hasRemaining()) {
            if (files.wal().read(page, at + page.position()) < 0) {
                throw new IOException("the WAL of " + files.database() + " ends before frame " + frame);
            }
        }
    }

    /** Hears of progress in pages; called about once per megabyte. */
    @FunctionalInterface
    public interface Progress {
        void done(int pages, int ofPages);
    }

    /** The checksum of every page, from page 1. */
    public long[] checksums(Progress progress) throws IOException {
        long[] entries = new long[databasePages];
        byte[] run = new byte[RUN_BYTES];
        byte[] single = new byte[pageSize];
        int inFile = Math.min(databasePages, files.pagesInDatabaseFile());
        int pagesPerRun = RUN_BYTES / pageSize;
        for (int first = 1; first <= databasePages; first += pagesPerRun) {
            int count = Math.min(pagesPerRun, databasePages - first + 1);
            int readable = Math.max(0, Math.min(count, inFile - first + 1));
            files.readDatabaseFile(first, ByteBuffer.wrap(run, 0, readable * pageSize));
            for (int i = 0; i < count; i++) {
                entries[first + i - 1] = checksum(first + i, run, i * pageSize, i < readable, single);
            }
            progress.done(first + count - 1, databasePages);
        }
        return entries;
    }

    private long checksum(int page, byte[] run, int offset, boolean readable, byte[] single) throws IOException {
        if (page == LockPage.number(pageSize)) {
            return PageChecksum.NONE;
        }
        boolean inWal = maxFrame > 0 && index.findFrame(page, maxFrame) != 0;
        if (readable && !inWal) {
            return PageChecksum.of(page, run, offset, pageSize);
        }
        read(page, single);
        return PageChecksum.of(page, single, 0, pageSize);
    }

    /** The pages whose content is not what the checksums say, ascending. */
    public int[] differingFrom(PageChecksums expected, Progress progress) throws IOException {
        long[] found = checksums(progress);
        int[] differing = new int[found.length];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            if (found[i] != expected.get(i + 1)) {
                differing[count++] = i + 1;
            }
        }
        return Arrays.copyOf(differing, count);
    }
}
