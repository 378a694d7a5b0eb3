package io.replsqlite.server.store;

import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.pages.PageSpool;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.server.wal.WalReader;
import io.replsqlite.server.wal.WalTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A WAL file as it was found, before SQLite opens it. Holds the file open until closed; the file carries no locks. */
final class WalInspection implements AutoCloseable {
    private final @Nullable FileChannel wal;
    private final @Nullable WalHeader header;

    private WalInspection(@Nullable FileChannel wal, @Nullable WalHeader header) {
        this.wal = wal;
        this.header = header;
    }

    static WalInspection open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new WalInspection(null, null);
        }
        FileChannel wal = FileChannel.open(file, StandardOpenOption.READ);
        return new WalInspection(wal, WalHeader.read(wal));
    }

    /** Before the first frame of the generation at hand; null for a WAL without content. */
    @Nullable
    WalMark start() throws IOException {
        return header == null || endFrom(header.start()).frame() == 0 ? null : header.start();
    }

    /** The end of the last whole transaction behind a mark. */
    WalMark endFrom(WalMark mark) throws IOException {
        return readerAt(mark).scanToEnd().end();
    }

    /** Whether a whole transaction ends exactly at this mark, with this checksum. */
    boolean contains(WalMark mark) throws IOException {
        WalHeader generation = header;
        if (generation == null || !generation.start().isSameGeneration(mark)) {
            return false;
        }
        WalReader reader = readerAt(generation.start());
        WalTransaction transaction = new WalTransaction();
        while (!reader.mark().equals(mark) && reader.mark().frame() < mark.frame()) {
            if (!reader.next(WalReader.TO_END, transaction)) {
                return false;
            }
        }
        return reader.mark().equals(mark);
    }

    /**
     * Whether every page in the WAL is what it must be: part of what is about to be committed over it, or equal to what
     * the checksums say.
     */
    boolean holdsOnly(PageChecksums expected, PageSpool pending) throws IOException {
        WalHeader generation = header;
        if (generation == null) {
            return true;
        }
        WalReader reader = readerAt(generation.start());
        Map<Integer, Integer> newest = new HashMap<>();
        WalTransaction transaction = new WalTransaction();
        while (reader.next(WalReader.TO_END, transaction)) {
            for (int i = 0; i < transaction.pageCount(); i++) {
                newest.put(transaction.pageNumber(i), transaction.frame(i));
            }
        }
        byte[] page = new byte[generation.pageSize()];
        for (Map.Entry<Integer, Integer> entry : newest.entrySet()) {
            int pageNumber = entry.getKey();
            if (pending.contains(pageNumber) || pageNumber > Math.max(expected.pages(), pending.databasePages())) {
                continue;
            }
            reader.readPage(entry.getValue(), ByteBuffer.wrap(page));
            if (PageChecksum.of(pageNumber, page, 0, page.length) != expected.get(pageNumber)) {
                return false;
            }
        }
        return true;
    }

    private WalReader readerAt(WalMark mark) {
        FileChannel open = wal;
        WalHeader generation = header;
        if (open == null || generation == null) {
            throw new IllegalStateException("there is no WAL");
        }
        return new WalReader(open, generation.pageSize(), generation.bigEndianChecksum(), mark);
    }

    @Override
    public void close() throws IOException {
        if (wal != null) {
            wal.close();
        }
    }
}
