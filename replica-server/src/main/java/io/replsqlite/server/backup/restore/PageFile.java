package io.replsqlite.server.backup.restore;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.apply.RunWriter;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxFileName;
import io.replsqlite.server.ltx.LtxFormat;
import io.replsqlite.server.ltx.LtxFormatException;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.pages.PageChecksums;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A database file that change sets are poured into, each over the ones before. Keeps the checksum of every page, so that
 * it knows which pages are missing and what state they make.
 */
final class PageFile implements Closeable {
    private final Path file;
    private final FileChannel channel;
    private final RunWriter runs;
    private final LtxDecoder decoder = new LtxDecoder();
    private final LtxPage page = new LtxPage();
    /** 0 for a page that did not come yet. */
    private long[] checksums = new long[1024];

    private int pageSize;
    private int pages;
    private long txid;
    private long timestampMillis;
    private long runStart = 1;
    private long runEnd = 1;

    PageFile(Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, CREATE, READ, WRITE, TRUNCATE_EXISTING);
        runs = new RunWriter(channel);
    }

    /** Pours one file in, and checks it whole. Its effect is in the database file even if it turns out to be damaged. */
    void pour(InputStream ltx, LtxFileName name) throws IOException {
        LtxHeader header = decoder.begin(ltx);
        checkFits(header, name);
        pageSize = header.pageSize();
        resize(header.commit());
        while (decoder.nextPage(page)) {
            write();
        }
        var ignored = decoder.finish();
        txid = header.maxTxid().value();
        timestampMillis = header.timestampMillis();
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

    private void write() throws IOException {
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
        runs.close();
        channel.close();
    }
}
