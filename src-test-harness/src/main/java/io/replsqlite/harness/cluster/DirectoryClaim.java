package io.replsqlite.harness.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One cluster per directory: a lock that ends with the process. */
final class DirectoryClaim implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryClaim(FileChannel channel) {
        this.channel = channel;
    }

    static DirectoryClaim take(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new ClusterException(
                    "cannot run a cluster in " + directory, "it is not a directory", "name a directory, new or empty");
        }
        try {
            Files.createDirectories(directory);
            FileChannel channel = FileChannel.open(
                    directory.resolve("cluster.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new ClusterException(
                        "cannot run a cluster in " + directory,
                        "another process runs one there",
                        "stop it, or choose another directory");
            }
            return new DirectoryClaim(channel);
        } catch (java.nio.file.AccessDeniedException denied) {
            throw new ClusterException(
                    "cannot run a cluster in " + directory,
                    "this user may not write there",
                    "choose another directory",
                    denied);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ownProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
