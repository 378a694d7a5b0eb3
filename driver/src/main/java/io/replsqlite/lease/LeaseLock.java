package io.replsqlite.lease;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's lock on one file, also between several users of it in this process. POSIX gives a lock to the
 * process and drops it when the process closes any descriptor of the file, so all users here share one channel, and it
 * is closed with the last of them.
 *
 * <p>Safe for any thread.
 */
final class LeaseLock implements AutoCloseable {
    private static final Map<Path, Shared> OPEN = new HashMap<>();

    private static final class Shared {
        private final Path file;
        private final FileChannel channel;
        private int users;
        private @Nullable LeaseLock owner;
        private @Nullable FileLock lock;

        Shared(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }
    }

    private final Shared shared;
    private boolean closed;

    private LeaseLock(Shared shared) {
        this.shared = shared;
    }

    /** @param file in a directory that exists */
    static LeaseLock open(Path file) throws IOException {
        Path canonical = file.toAbsolutePath();
        Path directory = canonical.getParent();
        if (directory != null) {
            canonical = directory.toRealPath().resolve(canonical.getFileName());
        }
        synchronized (OPEN) {
            Shared shared = OPEN.get(canonical);
            if (shared == null) {
                shared = new Shared(
                        canonical, FileChannel.open(canonical, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
                OPEN.put(canonical, shared);
            }
            shared.users++;
            return new LeaseLock(shared);
        }
    }

    /** Whether this user holds the lock now. */
    boolean tryLock() throws IOException {
        synchronized (OPEN) {
            if (!closed && shared.owner == null) {
                shared.lock = shared.channel.tryLock();
                shared.owner = shared.lock == null ? null : this;
            }
            return shared.owner == this;
        }
    }

    void unlock() throws IOException {
        synchronized (OPEN) {
            FileLock lock = shared.lock;
            if (shared.owner == this && lock != null) {
                shared.owner = null;
                shared.lock = null;
                lock.release();
            }
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (closed) {
                return;
            }
            unlock();
            closed = true;
            shared.users--;
            if (shared.users == 0) {
                OPEN.remove(shared.file);
                shared.channel.close();
            }
        }
    }
}
