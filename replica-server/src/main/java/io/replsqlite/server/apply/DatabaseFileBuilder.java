package io.replsqlite.server.apply;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.wal.WalHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Builds the database file of a first bootstrap beside its final name: pages in any order, later ones over earlier ones,
 * then one rename. Nobody may have the database open, in any process, and its old content is given up.
 */
public final class DatabaseFileBuilder implements AutoCloseable {
    private static final String SUFFIX = ".replsqlite-new";

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
        DatabasePlacement.requireDatabase(channel, pageSize);
        channel.force(true);
        FailurePoint.SNAPSHOT_SYNCED.reached();
        DatabasePlacement.install(temporary, database);
        FailurePoint.SNAPSHOT_RENAMED.reached();
    }

    private void setSize(long size) throws IOException {
        channel.truncate(size);
        if (channel.size() < size) {
            channel.write(ByteBuffer.allocate(1), size - 1);
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
