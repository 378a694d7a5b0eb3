package io.replsqlite.server.apply;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.sqlite.OpenFileRegistry;
import io.replsqlite.server.sqlite.UnusableDatabaseException;
import io.replsqlite.server.wal.WalHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Builds the database file of a first bootstrap beside its final name: pages in any order, later ones over earlier ones,
 * then one rename. Nobody may have the database open, in any process, and its old content is given up.
 */
public final class DatabaseFileBuilder implements AutoCloseable {
    private static final String SUFFIX = ".replsqlite-new";
    private static final byte[] FILE_MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKED_HEADER_BYTES = 20;

    private final Path database;
    private final Path temporary;
    private final int pageSize;
    private final FileChannel channel;
    private final RunWriter runs;
    private int runStart = 1;
    private int runEnd = 1;

    /** Starts from nothing: what an interrupted attempt left is discarded. */
    public DatabaseFileBuilder(Path database, int pageSize) throws IOException {
        if (!WalHeader.isPageSize(pageSize)) {
            throw new IllegalArgumentException("not a page size: " + pageSize);
        }
        this.database = database.toAbsolutePath();
        this.pageSize = pageSize;
        temporary = sibling(SUFFIX);
        channel = FileChannel.open(
                temporary,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
        runs = new RunWriter(channel);
    }

    /** Puts one page, the buffer's remaining bytes, in its place. */
    public void write(int pageNumber, ByteBuffer page) throws IOException {
        if (pageNumber < 1 || page.remaining() != pageSize) {
            throw new IllegalArgumentException("page " + pageNumber + " of " + page.remaining() + " bytes");
        }
        if (runs.run().remaining() < pageSize || pageNumber != runEnd) {
            writeRun();
            runStart = pageNumber;
        }
        runs.run().put(page);
        runEnd = pageNumber + 1;
    }

    /** Pages mostly come in order: many of them are one write. */
    private void writeRun() throws IOException {
        if (runs.run().position() > 0) {
            runs.submit((runStart - 1L) * pageSize);
        }
    }

    /** Gives the file its size, makes it durable, and puts it in the database's place. */
    public void finish(int databaseSizePages) throws IOException {
        writeRun();
        runs.drain();
        setSize(databaseSizePages * (long) pageSize);
        requireDatabase();
        channel.force(true);
        FailurePoint.SNAPSHOT_SYNCED.reached();
        install();
        FailurePoint.SNAPSHOT_RENAMED.reached();
    }

    private void setSize(long size) throws IOException {
        channel.truncate(size);
        if (channel.size() < size) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    private void requireDatabase() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(CHECKED_HEADER_BYTES);
        while (header.hasRemaining() && channel.read(header, header.position()) >= 0) {
            // a positional read may return fewer bytes than asked for
        }
        int stored = header.getShort(16) & 0xffff;
        boolean right = header.slice(0, FILE_MAGIC.length).equals(ByteBuffer.wrap(FILE_MAGIC))
                && (stored == 1 ? 65536 : stored) == pageSize
                && header.get(18) == 2
                && header.get(19) == 2;
        if (!right) {
            throw new IOException("page 1 of the snapshot is not that of a database in WAL mode with pages of "
                    + pageSize + " bytes");
        }
    }

    /** A WAL or journal left of an older file would be replayed into the new one: they go first. */
    private void install() throws IOException {
        if (OpenFileRegistry.isOpen(database)) {
            throw new UnusableDatabaseException(
                    database + " is open in this process",
                    "a first snapshot replaces the file under everybody who has it open",
                    "apply the snapshot as one commit instead");
        }
        for (String suffix : new String[] {"-wal", "-shm", "-journal"}) {
            Files.deleteIfExists(sibling(suffix));
        }
        syncDirectory();
        Files.move(temporary, database, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    private void syncDirectory() throws IOException {
        Path directory = database.getParent();
        if (directory != null) {
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
        }
    }

    private Path sibling(String suffix) {
        return database.resolveSibling(database.getFileName() + suffix);
    }

    /** Without {@link #finish} before it, discards what was written. */
    @Override
    public void close() throws IOException {
        runs.close();
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
