package io.replsqlite.server.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of each page that is about to change: change sets are poured in one after the other, what remains
 * goes into the replica file as one commit. Small amounts stay in memory; the rest goes to a file that means nothing
 * after a restart and is deleted on close.
 *
 * <p>For one thread.
 */
public final class PageSpool implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path spillFile;
    private final int memoryLimitBytes;
    private final PageSlots slots = new PageSlots();
    private final List<byte[]> chunks = new ArrayList<>();
    private long[] checksums = new long[256];
    private int pageSize;
    private int pagesPerChunk;
    private int usedSlots;
    private int databasePages;
    private @Nullable FileChannel spill;

    public PageSpool(Path spillFile, int memoryLimitBytes) {
        this.spillFile = spillFile;
        this.memoryLimitBytes = memoryLimitBytes;
    }

    /** Empties the spool and sets the page size of what follows. */
    public void start(int newPageSize) {
        slots.clear();
        usedSlots = 0;
        databasePages = 0;
        if (newPageSize != pageSize) {
            chunks.clear();
            pageSize = newPageSize;
            pagesPerChunk = CHUNK_BYTES / newPageSize;
        }
    }

    /**
     * Takes a page's newest version; a page already here is overwritten in place.
     *
     * @param checksum of this version, handed out again by {@link #changes}
     */
    public void put(int pageNumber, byte[] source, int offset, long checksum) throws IOException {
        int slot = slots.get(pageNumber);
        if (slot < 0) {
            slot = usedSlots++;
            slots.put(pageNumber, slot);
            if (slot == checksums.length) {
                checksums = Arrays.copyOf(checksums, slot * 2);
            }
        }
        checksums[slot] = checksum;
        if (isInMemory(slot)) {
            System.arraycopy(source, offset, chunkOf(slot), offsetInChunk(slot), pageSize);
        } else {
            writeSpilled(slot, ByteBuffer.wrap(source, offset, pageSize));
        }
    }

    /** The size of the database after the newest change set poured in; pages beyond it are not part of the result. */
    public void setDatabasePages(int pages) {
        if (pages < databasePages) {
            slots.removeAbove(pages); // if the database grows again, what stood there must not come back
        }
        databasePages = pages;
    }

    /** What the pages here do to the checksums. */
    public PageChecksums.Changes changes() {
        int[] pages = sortedPages();
        long[] newChecksums = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            newChecksums[i] = checksums[slots.get(pages[i])];
        }
        return new PageChecksums.Changes(pages, newChecksums, pages.length, databasePages);
    }

    public int databasePages() {
        return databasePages;
    }

    public int pageSize() {
        return pageSize;
    }

    public int distinctPages() {
        return slots.size();
    }

    public boolean isEmpty() {
        return slots.size() == 0;
    }

    public boolean contains(int pageNumber) {
        return slots.get(pageNumber) >= 0;
    }

    /** The pages of the result, ascending. */
    public int[] sortedPages() {
        return slots.sortedPages(databasePages);
    }

    public void read(int pageNumber, ByteBuffer target) throws IOException {
        int slot = slots.get(pageNumber);
        if (slot < 0) {
            throw new IllegalArgumentException("page " + pageNumber + " is not in the spool");
        }
        if (isInMemory(slot)) {
            target.put(chunkOf(slot), offsetInChunk(slot), pageSize);
        } else {
            readSpilled(slot, target);
        }
    }

    private boolean isInMemory(int slot) {
        return (long) slot * pageSize < memoryLimitBytes;
    }

    private byte[] chunkOf(int slot) {
        int index = slot / pagesPerChunk;
        while (index >= chunks.size()) {
            chunks.add(new byte[CHUNK_BYTES]);
        }
        return chunks.get(index);
    }

    private int offsetInChunk(int slot) {
        return slot % pagesPerChunk * pageSize;
    }

    private void writeSpilled(int slot, ByteBuffer page) throws IOException {
        long at = (long) slot * pageSize;
        while (page.hasRemaining()) {
            at += openSpill().write(page, at);
        }
    }

    private void readSpilled(int slot, ByteBuffer target) throws IOException {
        long at = (long) slot * pageSize;
        ByteBuffer page = target.slice(target.position(), pageSize);
        while (page.hasRemaining()) {
            int count = openSpill().read(page, at + page.position());
            if (count < 0) {
                throw new IOException("the spool file " + spillFile + " is shorter than what was written to it");
            }
        }
        target.position(target.position() + pageSize);
    }

    private FileChannel openSpill() throws IOException {
        FileChannel open = spill;
        if (open == null) {
            open = FileChannel.open(
                    spillFile,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.DELETE_ON_CLOSE);
            spill = open;
        }
        return open;
    }

    /** Gives memory and disk back; the spool can be started again. */
    public void release() throws IOException {
        slots.clear();
        usedSlots = 0;
        while (chunks.size() > 1) {
            chunks.remove(chunks.size() - 1);
        }
        close();
    }

    @Override
    public void close() throws IOException {
        FileChannel open = spill;
        if (open != null) {
            spill = null;
            open.close();
        }
    }
}
