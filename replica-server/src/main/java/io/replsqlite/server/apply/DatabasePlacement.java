package io.replsqlite.server.apply;

import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.sqlite.OpenFileRegistry;
import io.replsqlite.server.sqlite.UnusableDatabaseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts a database file that was built beside its place into it. */
public final class DatabasePlacement {
    private static final byte[] FILE_MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKED_HEADER_BYTES = 20;

    private DatabasePlacement() {}

    /** @throws IOException if the file does not begin like a database in WAL mode with pages of this size */
    public static void requireDatabase(FileChannel file, int pageSize) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(CHECKED_HEADER_BYTES);
        boolean ignored = DurableFiles.readFully(file, header, 0);
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

    /**
     * Nobody may have the database open, in any process. A WAL or journal left of an older file would be replayed into the
     * new one: they go first.
     */
    public static void install(Path built, Path database) throws IOException {
        if (OpenFileRegistry.isOpen(database)) {
            throw new UnusableDatabaseException(
                    database + " is open in this process",
                    "a first snapshot replaces the file under everybody who has it open",
                    "apply the snapshot as one commit instead");
        }
        for (String suffix : new String[] {"-wal", "-shm", "-journal"}) {
            Files.deleteIfExists(database.resolveSibling(database.getFileName() + suffix));
        }
        DurableFiles.syncDirectory(DurableFiles.parentOf(database));
        Files.move(built, database, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(DurableFiles.parentOf(database));
        DurableFiles.syncDirectory(DurableFiles.parentOf(built));
    }
}
