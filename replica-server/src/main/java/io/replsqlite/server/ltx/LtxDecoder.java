package io.replsqlite.server.ltx;

import io.replsqlite.base.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file after the other: {@code begin}, {@code nextPage} until it returns false, {@code finish}; then the next
 * {@code begin}. Holds its buffers between files. Not for two threads at a time. {@link LtxEncoder} is the mirror.
 *
 * <p><b>Pages are unverified until {@link #finish} returns</b>: nobody may see their effect before. The input must end
 * with the file; the decoder reads ahead, and never closes it.
 *
 * <p>Every method that finds the bytes at fault throws {@link LtxFormatException}; an {@link IOException} of another
 * class comes from the input. After either, only {@code begin} may be called. Memory does not depend on the file:
 * a window of at most {@link LtxFormat#MAX_FRAME_BYTES}, and the caller's page.
 *
 * <p>For speed, the work can be halved between two threads: one calls {@link #nextUncounted}, the other
 * {@link #count} with the same pages in the same order. Nothing else may be called before the first one has seen the end
 * of all counting (a happens-before edge is theirs to make).
 */
public final class LtxDecoder {
    private enum State {
        /** No file is open, or the one that was is at fault. */
        IDLE,
        /** The header is read; frames follow. */
        PAGES,
        /** The end mark is read; index and trailer follow. */
        PAGES_READ
    }

    private static final byte[] END_MARK = new byte[LtxFormat.PAGE_HEADER_BYTES];

    private final LtxInput in = new LtxInput();
    private final LtxTally tally = new LtxTally();

    private State state = State.IDLE;
    private @Nullable LtxHeader opened;
    private boolean snapshot;
    private boolean checksums;
    private int commit;
    private int pageSize;
    private int lastPage;

    public LtxHeader begin(InputStream input) throws IOException {
        state = State.IDLE;
        in.open(input, 0);
        int at = in.take(LtxFormat.HEADER_BYTES, "the header");
        LtxHeader header = LtxHeader.read(in.bytes(), at);
        prepare(header);
        tally.begin(pageSize, Crc64.update(Crc64.START, in.bytes(), at, LtxFormat.HEADER_BYTES));
        state = State.PAGES;
        return header;
    }

    /** Between two pages: all that another decoder needs to go on with the file. */
    public LtxResumePoint suspend() {
        require(State.PAGES, "suspend");
        requireCounted();
        return tally.suspend(Objects.requireNonNull(opened), in.offset());
    }

    /** Instead of {@link #begin}; the input begins at the point's offset. */
    public void resume(InputStream input, LtxResumePoint point) {
        in.open(input, point.offset());
        prepare(point.header());
        tally.resume(point);
        lastPage = point.lastPage();
        state = State.PAGES;
    }

    private void prepare(LtxHeader header) {
        opened = header;
        pageSize = header.pageSize();
        snapshot = header.isSnapshot();
        checksums = header.hasChecksums();
        commit = header.commit();
        lastPage = 0;
    }

    /** @return whether there was another page; if not, {@code into} is as before */
    public boolean nextPage(LtxPage into) throws IOException {
        boolean more = nextUncounted(into);
        if (more) {
            count(into);
        }
        return more;
    }

    /**
     * As {@link #nextPage}, but the page has no checksum, and counts into none, before {@link #count} is called with it.
     * What of it can be checked alone is checked.
     */
    public boolean nextUncounted(LtxPage into) throws IOException {
        require(State.PAGES, "nextUncounted");
        state = State.IDLE;
        long offset = in.offset();
        int at = in.take(LtxFormat.PAGE_HEADER_BYTES, "a page header");
        int pageNumber = BigEndian.getInt(in.bytes(), at);
        int frameFlags = BigEndian.getShort(in.bytes(), at + 4);
        if (pageNumber == 0) {
            checkEndOfPages(frameFlags, offset);
            state = State.PAGES_READ;
            return false;
        }
        checkPageNumber(pageNumber, offset);
        int blockBytes = PageFrame.read(in, pageNumber, frameFlags, pageSize, into, offset);
        into.place(blockBytes, offset, (int) (in.offset() - offset));
        lastPage = pageNumber;
        state = State.PAGES;
        return true;
    }

    private void checkPageNumber(int pageNumber, long offset) throws LtxFormatException {
        if (pageNumber < 0 || pageNumber > commit) {
            throw new LtxFormatException(
                    "page " + Integer.toUnsignedString(pageNumber) + " of a database of " + commit + " pages", offset);
        }
        if (pageNumber <= lastPage) {
            throw new LtxFormatException("page " + pageNumber + " does not come after page " + lastPage, offset);
        }
        if (pageNumber == LtxFormat.lockPage(pageSize)) {
            throw new LtxFormatException("page " + pageNumber + " is the lock page, which has no content", offset);
        }
        if (snapshot && pageNumber != LtxFormat.pageAfter(lastPage, pageSize)) {
            throw new LtxFormatException("a snapshot skips from page " + lastPage + " to page " + pageNumber, offset);
        }
    }

    private void checkEndOfPages(int frameFlags, long offset) throws LtxFormatException {
        if (frameFlags != 0) {
            throw new LtxFormatException("page number 0 with flags 0x" + Integer.toHexString(frameFlags), offset);
        }
        if (snapshot && !LtxFormat.isComplete(lastPage, commit, pageSize)) {
            throw new LtxFormatException("a snapshot of " + commit + " pages ends after page " + lastPage, offset);
        }
    }

    /** Adds an uncounted page to every checksum it counts into, and tells the page its own. */
    public void count(LtxPage page) {
        tally.count(page);
    }

    /** Takes one page of a file; the page is used again for the next. */
    @FunctionalInterface
    public interface PageConsumer {
        void accept(LtxPage page) throws IOException;
    }

    /** Reads a whole file, from its header to its trailer; answers the header. */
    public LtxHeader read(InputStream input, LtxPage page, PageConsumer consumer) throws IOException {
        LtxHeader header = begin(input);
        while (nextPage(page)) {
            consumer.accept(page);
        }
        LtxTrailer ignored = finish();
        return header;
    }

    /** Reads and checks what follows the pages. On return the file is proven whole and unchanged. */
    public LtxTrailer finish() throws IOException {
        require(State.PAGES_READ, "finish");
        requireCounted();
        state = State.IDLE;
        tally.countBytes(END_MARK, 0, END_MARK.length);
        checkIndex();
        LtxTrailer trailer = readTrailer();
        if (!in.isAtEnd()) {
            throw new LtxFormatException("the file goes on after its trailer", in.offset());
        }
        return trailer;
    }

    private void checkIndex() throws IOException {
        long start = in.offset();
        long crc = Crc64.START;
        for (long left = tally.indexLength(); left > 0; ) {
            int length = (int) Math.min(left, LtxFormat.MIN_PAGE_SIZE);
            int at = in.take(length, "the page index");
            crc = Crc64.update(crc, in.bytes(), at, length);
            tally.countBytes(in.bytes(), at, length);
            left -= length;
        }
        int end = takeCounted(1, "the page index");
        if (crc != tally.indexCrc() || in.bytes()[end] != 0) {
            throw new LtxFormatException("the page index does not match the pages", start);
        }
        long offset = in.offset();
        int at = takeCounted(Long.BYTES, "the index length");
        if (BigEndian.getLong(in.bytes(), at) != tally.indexLength() + 1) {
            throw new LtxFormatException("the index length does not match the index", offset);
        }
    }

    private LtxTrailer readTrailer() throws IOException {
        long offset = in.offset();
        int postApplyAt = takeCounted(Long.BYTES, "the trailer");
        long postApplyChecksum = BigEndian.getLong(in.bytes(), postApplyAt);
        checkPostApply(postApplyChecksum, offset);
        long expected = tally.fileChecksum();
        int at = in.take(Long.BYTES, "the trailer");
        long fileChecksum = BigEndian.getLong(in.bytes(), at);
        if (fileChecksum != expected) {
            throw new LtxFormatException(
                    "the file checksum is " + Hex.of(fileChecksum) + ", its content has " + Hex.of(expected),
                    offset + Long.BYTES);
        }
        return new LtxTrailer(postApplyChecksum, fileChecksum);
    }

    private void checkPostApply(long postApplyChecksum, long offset) throws LtxFormatException {
        if (!checksums) {
            if (postApplyChecksum != 0) {
                throw new LtxFormatException("a post-apply checksum in a file without checksums", offset);
            }
            return;
        }
        if (postApplyChecksum >= 0) {
            throw new LtxFormatException("bit 63 of the post-apply checksum must be set", offset);
        }
        boolean known = snapshot || commit == 0;
        if (known && postApplyChecksum != tally.databaseChecksum()) {
            throw new LtxFormatException(
                    "the post-apply checksum is " + Hex.of(postApplyChecksum) + ", the pages have "
                            + Hex.of(tally.databaseChecksum()),
                    offset);
        }
    }

    private int takeCounted(int length, String what) throws IOException {
        int at = in.take(length, what);
        tally.countBytes(in.bytes(), at, length);
        return at;
    }

    private void requireCounted() {
        if (tally.lastPage() != lastPage) {
            throw new IllegalStateException("page " + lastPage + " is not counted");
        }
    }

    private void require(State expected, String call) {
        if (state != expected) {
            throw new IllegalStateException(call + " on a decoder that is " + state);
        }
    }
}
