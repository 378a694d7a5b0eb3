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
        WalChecksum checksum = new WalChecksum(bigEndianChecksum);
        checksum.startAt(start.checksum1(), start.checksum2());
        int written = start.frame();
        int buffered = 0;
        int previous = 0;
        while (true) {
            int pageNumber = readInto(buffered, pages);
            if (pageNumber == PageSource.END) {
                break;
            }
            requireInOrder(previous, pageNumber, databaseSizePages);
            previous = pageNumber;
            pageNumbers[buffered++] = pageNumber;
            if (buffered > 1) {
                seal(buffered - 2, 0, start, checksum);
            }
            if (buffered == pageNumbers.length) {
                flush(wal, index, written, buffered - 1);
                written += buffered - 1;
                moveToFront(buffered - 1);
                buffered = 1;
            }
        }
        if (buffered == 0) {
            throw new IllegalArgumentException("a commit has at least one page");
        }
        seal(buffered - 1, databaseSizePages, start, checksum);
        flushLast(wal, index, written, buffered);
        return new WalMark(start.salt1(), start.salt2(), written + buffered, checksum.sum1(), checksum.sum2());
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

    private void requireInOrder(int previous, int pageNumber, int databaseSizePages) {
        if (pageNumber <= previous || pageNumber > databaseSizePages || pageNumber == lockPage) {
            throw new IllegalArgumentException("page " + pageNumber + " cannot follow page " + previous
                    + " in a commit of a database of " + databaseSizePages + " pages"
                    + (pageNumber == lockPage ? ": it is the lock page" : ""));
        }
    }

    private void seal(int slot, int databaseSizePages, WalMark generation, WalChecksum checksum) {
        WalFrame.seal(frames, slot * frameBytes, pageNumbers[slot], databaseSizePages, generation, pageSize, checksum);
    }

    private void moveToFront(int slot) {
        frames.put(0, frames, slot * frameBytes, frameBytes);
        pageNumbers[0] = pageNumbers[slot];
    }

    private void flush(FileChannel wal, WalIndex index, int written, int count) throws IOException {
        writeFrames(wal, written, 0, count);
        FailurePoint.APPLY_FRAMES_PARTIAL.reached();
        enter(index, written, count);
    }

    private void flushLast(FileChannel wal, WalIndex index, int written, int count) throws IOException {
        int half = count / 2;
        writeFrames(wal, written, 0, half);
        FailurePoint.APPLY_FRAMES_PARTIAL.reached();
        writeFrames(wal, written, half, count);
        FailurePoint.APPLY_FRAMES_WRITTEN.reached();
        enter(index, written, count);
        FailurePoint.APPLY_INDEX_HASHED.reached();
    }

    private void writeFrames(FileChannel wal, int written, int from, int to) throws IOException {
        frames.clear().limit(to * frameBytes).position(from * frameBytes);
        long start = WalHeader.frameOffset(written + 1, pageSize);
        while (frames.hasRemaining()) {
            wal.write(frames, start + frames.position());
        }
        frames.clear();
    }

    private void enter(WalIndex index, int written, int count) throws IOException {
        for (int slot = 0; slot < count; slot++) {
            index.append(written + slot + 1, pageNumbers[slot]);
        }
    }
}
