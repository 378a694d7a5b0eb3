package io.replsqlite.server.apply;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.wal.LockPage;
import io.replsqlite.server.wal.WalChecksum;
import io.replsqlite.server.wal.WalFrame;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndex;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Appends the frames of one commit to the WAL and enters them in the index, in batches through one reused buffer: memory
 * stays flat however large the commit is. A page waits in the buffer until it is known whether it is the last one.
 */
final class FrameWriter {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final int pageSize;
    private final int frameBytes;
    private final int lockPage;
    private final ByteBuffer frames;
    private final ByteBuffer page;
    private final int[] pageNumbers;

    FrameWriter(int pageSize) {
        this.pageSize = pageSize;
        frameBytes = WalFrame.HEADER_BYTES + pageSize;
        lockPage = LockPage.number(pageSize);
        pageNumbers = new int[Math.max(4, BUFFER_BYTES / frameBytes)];
        frames = ByteBuffer.allocateDirect(pageNumbers.length * frameBytes);
        page = frames.duplicate();
    }

    /**
     * Writes the commit behind {@code start}; invisible until the index header is published.
     *
     * @return the place after it
     */
    WalMark write(
            FileChannel wal,
            WalIndex index,
            boolean bigEndianChecksum,
            WalMark start,
            PageSource pages,
            int databaseSizePages)
            throws IOException {
        Commit commit = new Commit(wal, index, bigEndianChecksum, start, databaseSizePages);
        int pageNumber = readInto(0, pages);
        while (pageNumber != PageSource.END) {
            commit.add(pageNumber);
            pageNumber = readInto(commit.buffered, pages);
        }
        return commit.finish();
    }

    private int readInto(int slot, PageSource pages) throws IOException {
        int start = slot * frameBytes + WalFrame.HEADER_BYTES;
        page.clear().limit(start + pageSize).position(start);
        int pageNumber = pages.next(page);
        if (pageNumber != PageSource.END && page.hasRemaining()) {
            throw new IllegalArgumentException("page " + pageNumber + " lacks " + page.remaining() + " bytes");
        }
        if (pageNumber == 1) {
            requireSameFormat(start);
        }
        return pageNumber;
    }

    /** A page 1 that names another page size or leaves WAL mode would make the file unreadable beside this WAL. */
    private void requireSameFormat(int start) {
        int stored = frames.getShort(start + 16) & 0xffff;
        int theirPageSize = stored == 1 ? 65536 : stored;
        if (theirPageSize != pageSize) {
            throw new IllegalArgumentException("the page size cannot change from " + pageSize + " to " + theirPageSize
                    + " while the database is in WAL mode: this needs a new snapshot");
        }
        if (frames.get(start + 18) != 2 || frames.get(start + 19) != 2) {
            throw new IllegalArgumentException("page 1 says that the database is not in WAL mode");
        }
    }

    /** How far one commit has come: frames in the file, then frames in the buffer, of which only the last is unsealed. */
    private final class Commit {
        private final FileChannel wal;
        private final WalIndex index;
        private final WalMark start;
        private final int databaseSizePages;
        private final WalChecksum checksum;
        private int written;
        private int buffered;
        private int previousPage;

        Commit(FileChannel wal, WalIndex index, boolean bigEndianChecksum, WalMark start, int databaseSizePages) {
            this.wal = wal;
            this.index = index;
            this.start = start;
            this.databaseSizePages = databaseSizePages;
            written = start.frame();
            checksum = new WalChecksum(bigEndianChecksum);
            checksum.startAt(start.checksum1(), start.checksum2());
        }

        /** Takes the page that {@link #readInto} has just put behind the buffered ones. */
        void add(int pageNumber) throws IOException {
            requireInOrder(pageNumber);
            previousPage = pageNumber;
            if (buffered > 0) {
                seal(buffered - 1, 0);
            }
            pageNumbers[buffered++] = pageNumber;
            if (buffered == pageNumbers.length) {
                flushAllButLast();
            }
        }

        private void requireInOrder(int pageNumber) {
            if (pageNumber <= previousPage || pageNumber > databaseSizePages || pageNumber == lockPage) {
                throw new IllegalArgumentException("page " + pageNumber + " cannot follow page " + previousPage
                        + " in a commit of a database of " + databaseSizePages + " pages"
                        + (pageNumber == lockPage ? ": it is the lock page" : ""));
            }
        }

        private void seal(int slot, int sizeIfLast) {
            int at = slot * frameBytes;
            WalFrame.seal(frames, at, pageNumbers[slot], sizeIfLast, start, pageSize, checksum);
        }

        private void flushAllButLast() throws IOException {
            int last = buffered - 1;
            writeFrames(0, last);
            FailurePoint.APPLY_FRAMES_PARTIAL.reached();
            enterInIndex(last);
            written += last;
            frames.put(0, frames, last * frameBytes, frameBytes);
            pageNumbers[0] = pageNumbers[last];
            buffered = 1;
        }

        /** One write, or two when the failure point between them wants a commit that is half in the file. */
        WalMark finish() throws IOException {
            if (buffered == 0) {
                throw new IllegalArgumentException("a commit has at least one page");
            }
            seal(buffered - 1, databaseSizePages);
            int first = FailurePoint.APPLY_FRAMES_PARTIAL.isArmed() ? buffered / 2 : 0;
            writeFrames(0, first);
            FailurePoint.APPLY_FRAMES_PARTIAL.reached();
            writeFrames(first, buffered);
            FailurePoint.APPLY_FRAMES_WRITTEN.reached();
            enterInIndex(buffered);
            FailurePoint.APPLY_INDEX_HASHED.reached();
            int end = written + buffered;
            return new WalMark(start.salt1(), start.salt2(), end, checksum.sum1(), checksum.sum2());
        }

        private void writeFrames(int from, int to) throws IOException {
            frames.clear().limit(to * frameBytes).position(from * frameBytes);
            long offset = WalHeader.frameOffset(written + 1, pageSize);
            while (frames.hasRemaining()) {
                wal.write(frames, offset + frames.position());
            }
            frames.clear();
        }

        private void enterInIndex(int count) throws IOException {
            for (int slot = 0; slot < count; slot++) {
                index.append(written + slot + 1, pageNumbers[slot]);
            }
        }
    }
}
