package io.replsqlite.server.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One node per database and host: an exclusive lock on a file of its own, in the node's directory beside the database.
 * Ends with the process.
 */
public final class NodeLock implements AutoCloseable {
    private static final String FILE_NAME = "node.lock";

    private final FileChannel channel;
    private final OpenFileRegistry.Claim claim;

    private NodeLock(FileChannel channel, OpenFileRegistry.Claim claim) {
        this.channel = channel;
        this.claim = claim;
    }

    /** @throws UnusableDatabaseException if another node, in this process or another, serves the database */
    public static NodeLock acquire(Path database) throws IOException {
        return acquireIn(database.resolveSibling(database.getFileName() + "-replsqlite"), database);
    }

    /**
     * @param directory where the lock's file is
     * @param served the database, or the data directory, that one node may serve
     * @throws UnusableDatabaseException if another node, in this process or another, serves it
     */
    public static NodeLock acquireIn(Path directory, Path served) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                    .close();
        }
        if (OpenFileRegistry.isOpen(file)) {
            throw alreadyServed(served); // opening and closing it once more would drop our own lock
        }
        OpenFileRegistry.Claim claim = OpenFileRegistry.claim(file);
        try {
            return lock(served, file, claim);
        } catch (IOException | RuntimeException e) {
            claim.release();
            throw e;
        }
    }

    private static NodeLock lock(Path served, Path file, OpenFileRegistry.Claim claim) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw alreadyServed(served);
            }
            return new NodeLock(channel, claim);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static UnusableDatabaseException alreadyServed(Path served) {
        return new UnusableDatabaseException(
                served + " is already served by another node on this host",
                "two nodes on the same files would overwrite each other",
                "stop the other node, or give this one its own directory");
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            claim.release();
        }
    }
}
