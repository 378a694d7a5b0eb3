package io.replsqlite.server.backup.restore;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.apply.RunWriter;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxFileName;
import io.replsqlite.server.ltx.LtxFormat;
import io.replsqlite.server.ltx.LtxFormatException;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.ltx.LtxResumePoint;
import io.replsqlite.server.pages.PageChecksums;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A database file that change sets are poured into, each over the ones before. Keeps the checksum of every page, so that
 * it knows which pages are missing and what state they make.
 *
 * <p>For one thread, which decodes. It hands the pages to {@code restore-count}, which adds up their checksums and lines
 * them up in runs, which {@code snapshot-write} writes: with two cores, the first two take about the same time. Before
 * anything else is done with the file, the pages are drained.
 */
final class PageFile implements Closeable {
    /** Writes down how far the file is. */
    interface Saver {
        Saver NEVER = new Saver() {
            @Override
            public long stepBytes(long databaseBytes) {
                return Long.MAX_VALUE;
            }

            @Override
            public void save(PageFile pages, LtxResumePoint point) {
                throw new IllegalStateException("no step is that large");
            }
        };

        /** After so many bytes it is told again. */
        long stepBytes(long databaseBytes);

        void save(PageFile pages, LtxResumePoint point) throws IOException;
    }

    private final Path file;
    private final Saver saver;
    private final FileChannel channel;
    private final RunWriter runs;
    private final LtxDecoder decoder = new LtxDecoder();
    private final PageBatches batches = new PageBatches(this::take);
    /** 0 for a page that did not come yet. */
    private long[] checksums = new long[1024];

    private int pageSize;
    private int pages;
    private long txid;
    private long timestampMillis;
    private long unsavedBytes;
    private long runStart = 1;
    private long runEnd = 1;

    /** @param saver is told now and then how far it is; everything before is durable then */
    PageFile(Path file, Saver saver) throws IOException {
        this(file, saver, TRUNCATE_EXISTING);
    }

    private PageFile(Path file, Saver saver, OpenOption how) throws IOException {
        this.file = file;
        this.saver = saver;
        channel = FileChannel.open(file, CREATE, READ, WRITE, how);
        runs = new RunWriter(channel);
    }

    /** Goes on with what an interrupted restore has left. A page that is not as it was recorded must come again. */
    static PageFile resumed(Path file, Saver saver, ResumeRecord from, StillWanted wanted) throws IOException {
        PageFile pages = new PageFile(file, saver, CREATE);
        try {
            pages.pageSize = from.pageSize();
            pages.pages = from.pages();
            pages.txid = from.txid();
            pages.checksums = RecordedPages.confirmed(pages.channel, from, wanted);
            return pages;
        } catch (IOException | RuntimeException failure) {
            pages.close();
            throw failure;
        }
    }

    /** Pours one file in, and checks it whole. Its effect is in the database file even if it turns out to be damaged. */
    void pour(InputStream ltx, LtxFileName name) throws IOException {
        LtxHeader header = decoder.begin(ltx);
        checkFits(header, name);
        pageSize = header.pageSize();
        resize(header.commit());
        pourPages(header);
    }

    /** Pours the rest of the file that was under way. */
    void pourRest(InputStream ltx, LtxResumePoint from) throws IOException {
        decoder.resume(ltx, from);
        pourPages(from.header());
    }

    private void pourPages(LtxHeader header) throws IOException {
        while (decoder.nextUncounted(batches.free())) {
            batches.fill(pageSize);
            unsavedBytes += pageSize;
            if (unsavedBytes >= saver.stepBytes((long) pages * pageSize)) {
                save();
            }
        }
        batches.drain();
        var ignored = decoder.finish();
        txid = header.maxTxid().value();
        timestampMillis = header.timestampMillis();
    }

    private void save() throws IOException {
        batches.drain();
        writeRun();
        runs.drain();
        runStart = runEnd;
        DurableFiles.force(channel, true, file);
        saver.save(this, decoder.suspend());
        unsavedBytes = 0;
    }

    private void checkFits(LtxHeader header, LtxFileName name) throws LtxFormatException {
        if (!LtxFileName.of(header).equals(name)) {
            throw new LtxFormatException("the file is named " + name + " and holds " + LtxFileName.of(header), 16);
        }
        boolean first = txid == 0;
        if (first != header.isSnapshot() || header.minTxid().value() > txid + 1) {
            throw new LtxFormatException("the file does not continue txid " + txid, 16);
        }
        if (!first && header.pageSize() != pageSize) {
            throw new LtxFormatException("page size " + header.pageSize() + " after " + pageSize, 8);
        }
    }

    private void resize(int commit) {
        if (commit < pages) {
            Arrays.fill(checksums, commit, pages, 0); // if it grows again, these pages must come again
        }
        if (commit > checksums.length) {
            checksums = Arrays.copyOf(checksums, Math.max(commit, checksums.length + (checksums.length >> 1)));
        }
        pages = commit;
    }

    /** On {@code restore-count}. */
    private void take(LtxPage page) throws IOException {
        decoder.count(page);
        int number = page.number();
        if (runs.run().remaining() < pageSize || number != runEnd) {
            writeRun();
            runStart = number;
        }
        runs.run().put(page.bytes(), 0, pageSize);
        runEnd = number + 1L;
        checksums[number - 1] = page.checksum();
    }

    private void writeRun() throws IOException {
        if (runs.run().position() > 0) {
            runs.submit((runStart - 1) * pageSize);
        }
    }

    /** Gives the file its size and makes it durable. */
    void finish() throws IOException {
        writeRun();
        runs.drain();
        long size = (long) pages * pageSize;
        channel.truncate(size);
        if (channel.size() < size) {
            DurableFiles.writeFully(channel, java.nio.ByteBuffer.allocate(1), size - 1);
        }
        requireEveryPage();
        DurableFiles.force(channel, true, file);
    }

    private void requireEveryPage() throws IOException {
        int lockPage = LtxFormat.lockPage(pageSize);
        for (int number = 1; number <= pages; number++) {
            if (checksums[number - 1] == 0 && number != lockPage) {
                throw new IOException("page " + number + " of " + pages + " is in none of the backup's files");
            }
        }
    }

    /** @param plan whose files are poured in, in this order; the one under way begins behind {@link #txid} */
    ResumeRecord record(List<BackupObject> plan, LtxResumePoint at) {
        List<ResumeRecord.Source> sources = new ArrayList<>();
        for (BackupObject object : plan) {
            sources.add(ResumeRecord.Source.of(object));
            if (object.name().equals(LtxFileName.of(at.header()))) {
                break;
            }
        }
        return new ResumeRecord(sources, pageSize, pages, txid, at, checksums);
    }

    /** Of every page, 0 for one that did not come yet. */
    long[] checksums() {
        return Arrays.copyOf(checksums, pages);
    }

    StateChecksum state() {
        return PageChecksums.stateOf(checksums, pages);
    }

    int pages() {
        return pages;
    }

    int pageSize() {
        return pageSize;
    }

    long txid() {
        return txid;
    }

    /** Of the last file poured in. */
    long timestampMillis() {
        return timestampMillis;
    }

    @Override
    public void close() throws IOException {
        batches.close();
        runs.close();
        channel.close();
    }
}
