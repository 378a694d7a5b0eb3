package io.replsqlite.server.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads complete, verified transactions from a WAL file, from any {@link WalMark} on, one generation at a time.
 *
 * <p>The generation is the mark's, not the file header's: after a restart, starting at the old mark finds what was
 * written behind it before the restart and is not overwritten yet. Belongs to one thread. Without an upper frame number
 * from a wal-index header the reader ends at the first frame that does not verify; with one, such a frame is damage.
 */
public final class WalReader {
    /** Instead of a frame number: read until the chain of valid frames ends. */
    public static final int TO_END = Integer.MAX_VALUE;

    private static final int WINDOW_BYTES = 256 * 1024;

    private final FileChannel wal;
    private final int pageSize;
    private final int frameBytes;
    private final WalChecksum checksum;
    private final ByteBuffer window;
    private int windowFirstFrame;
    private int windowFrames;
    private boolean windowIsFresh;
    private WalMark mark;

    /** Starts before the first frame of the header's generation. */
    public WalReader(FileChannel wal, WalHeader header) {
        this(wal, header.pageSize(), header.bigEndianChecksum(), header.start());
    }

    public WalReader(FileChannel wal, int pageSize, boolean bigEndianChecksum, WalMark mark) {
        this.wal = wal;
        this.pageSize = pageSize;
        this.mark = mark;
        frameBytes = WalFrame.HEADER_BYTES + pageSize;
        checksum = new WalChecksum(bigEndianChecksum);
        window = ByteBuffer.allocateDirect(Math.max(4, WINDOW_BYTES / frameBytes) * frameBytes);
    }

    public int pageSize() {
        return pageSize;
    }

    /** The place after the last transaction returned. */
    public WalMark mark() {
        return mark;
    }

    /** Goes on from another place, possibly in another generation. */
    public void startAt(WalMark newMark) {
        mark = newMark;
        windowFrames = 0;
    }

    /**
     * Reads the next transaction and moves behind it; without one, stays.
     *
     * @param maxFrame the last frame that the wal-index calls valid, or {@link #TO_END}
     * @return whether there was one
     * @throws WalDamagedException if frames up to {@code maxFrame} do not form complete, valid transactions
     */
    public boolean next(int maxFrame, WalTransaction into) throws IOException {
        windowIsFresh = false;
        checksum.startAt(mark.checksum1(), mark.checksum2());
        into.begin(mark.frame() + 1);
        for (int frame = mark.frame() + 1; frame <= maxFrame && frame > 0; frame++) {
            if (!verify(frame, maxFrame)) {
                return endAt(frame, maxFrame);
            }
            int at = (frame - windowFirstFrame) * frameBytes;
            into.add(WalFrame.pageNumber(window, at), frame);
            int databaseSizePages = WalFrame.databaseSizePages(window, at);
            if (databaseSizePages != 0) {
                mark = new WalMark(mark.salt1(), mark.salt2(), frame, checksum.sum1(), checksum.sum2());
                into.commit(databaseSizePages, LockPage.number(pageSize), mark);
                return true;
            }
        }
        return endAt(maxFrame, maxFrame);
    }

    private boolean endAt(int frame, int maxFrame) throws WalDamagedException {
        if (maxFrame != TO_END && mark.frame() < maxFrame) {
            throw new WalDamagedException("the wal-index ends at frame " + maxFrame + ", but after frame "
                    + mark.frame() + " no valid transaction ends before frame " + frame);
        }
        return false;
    }

    /** A frame read ahead in an earlier call may have been written since: read it once more before calling it invalid. */
    private boolean verify(int frame, int maxFrame) throws IOException {
        int sum1 = checksum.sum1();
        int sum2 = checksum.sum2();
        if (load(frame, maxFrame) && verifyLoaded(frame)) {
            return true;
        }
        if (windowIsFresh) {
            return false;
        }
        windowFrames = 0;
        checksum.startAt(sum1, sum2);
        return load(frame, maxFrame) && verifyLoaded(frame);
    }

    private boolean verifyLoaded(int frame) {
        int at = (frame - windowFirstFrame) * frameBytes;
        return WalFrame.verify(window, at, mark.salt1(), mark.salt2(), pageSize, checksum);
    }

    private boolean load(int frame, int maxFrame) throws IOException {
        if (isInWindow(frame)) {
            return true;
        }
        int wanted = (int) Math.min(window.capacity() / frameBytes, (long) maxFrame - frame + 1);
        window.clear().limit(wanted * frameBytes);
        long offset = WalHeader.frameOffset(frame, pageSize);
        while (window.hasRemaining() && wal.read(window, offset + window.position()) >= 0) {
            // a positional read may return fewer bytes than asked for
        }
        windowFirstFrame = frame;
        windowFrames = window.position() / frameBytes;
        windowIsFresh = true;
        window.clear();
        return windowFrames > 0;
    }

    private boolean isInWindow(int frame) {
        return frame >= windowFirstFrame && frame < windowFirstFrame + windowFrames;
    }

    /** Puts the page of a frame returned by {@link #next} at the buffer's position and advances it by the page size. */
    public void readPage(int frame, ByteBuffer into) throws IOException {
        if (isInWindow(frame)) {
            int at = (frame - windowFirstFrame) * frameBytes + WalFrame.HEADER_BYTES;
            into.put(into.position(), window, at, pageSize).position(into.position() + pageSize);
            return;
        }
        long offset = WalHeader.frameOffset(frame, pageSize) + WalFrame.HEADER_BYTES;
        int limit = into.limit();
        into.limit(into.position() + pageSize);
        int start = into.position();
        while (into.hasRemaining()) {
            if (wal.read(into, offset + into.position() - start) < 0) {
                throw new WalDamagedException("the WAL ends before frame " + frame);
            }
        }
        into.limit(limit);
    }

    /** Reads on to the end of the chain of valid transactions and says what was found. */
    public WalScan scanToEnd() throws IOException {
        WalTransaction transaction = new WalTransaction();
        int transactions = 0;
        while (next(TO_END, transaction)) {
            transactions++;
        }
        int databaseSizePages = transactions == 0 ? 0 : transaction.databaseSizePages();
        long fileFrames = Math.max(0, wal.size() - WalHeader.BYTES) / frameBytes;
        return new WalScan(mark, transactions, databaseSizePages, fileFrames);
    }
}
