package io.replsqlite.server.backup.restore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Only one restore writes a temporary file. The lock ends with the process, however it ends. Its file stays: whoever deleted
 * it would leave a lock on a file without a name to one process while the next one locks a new file.
 */
final class RestoreLock implements Closeable {
    private final FileChannel channel;

    private RestoreLock(FileChannel channel) {
        this.channel = channel;
    }

    static RestoreLock of(Path temporary) throws IOException {
        Path file = temporary.resolveSibling(temporary.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = isLocked(channel);
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new RestoreException("another restore to " + temporary + " is under way", "wait for its end");
        }
        return new RestoreLock(channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
