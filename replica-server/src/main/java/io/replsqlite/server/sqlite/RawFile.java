package io.replsqlite.server.sqlite;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.NamedThreads;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One descriptor of a file that SQLite locks. An interrupt never closes it: reads and writes go through
 * {@link RandomAccessFile} itself, and mapping, which needs its channel, runs in a thread that nobody can interrupt.
 * Safe for any thread.
 */
final class RawFile implements Closeable {
    private static final int DISK_BLOCK_BYTES = 4096;

    private final Path path;

    @GuardedBy("this")
    private final RandomAccessFile file;

    /** @param mode as for {@link RandomAccessFile}; "rw" creates the file */
    RawFile(Path path, String mode) throws IOException {
        this.path = path;
        file = new RandomAccessFile(path.toFile(), mode);
    }

    synchronized long size() throws IOException {
        return file.length();
    }

    /** @throws EOFException if the file ends before {@code length} bytes are read */
    synchronized void read(long at, byte[] into, int offset, int length) throws IOException {
        file.seek(at);
        file.readFully(into, offset, length);
    }

    /** Grows the file with zeros, block by block, so that a full disk is an exception here and no fault in a mapping. */
    synchronized void extendTo(long size) throws IOException {
        for (long end = file.length() / DISK_BLOCK_BYTES * DISK_BLOCK_BYTES + DISK_BLOCK_BYTES;
                end <= size;
                end += DISK_BLOCK_BYTES) {
            file.seek(end - 1);
            file.write(0);
        }
    }

    /** Maps a part of the file, in native byte order; an interrupt of the caller is kept for later. */
    ByteBuffer map(long at, int length) throws IOException {
        CompletableFuture<MappedByteBuffer> mapped = new CompletableFuture<>();
        NamedThreads.single("map", () -> mapNow(at, length, mapped)).start();
        try {
            return mapped.join().order(ByteOrder.nativeOrder()); // join waits through interrupts
        } catch (CompletionException e) {
            throw new IOException("cannot map " + path, e.getCause());
        }
    }

    private synchronized void mapNow(long at, int length, CompletableFuture<MappedByteBuffer> mapped) {
        try {
            mapped.complete(file.getChannel().map(MapMode.READ_WRITE, at, length));
        } catch (IOException | RuntimeException | Error e) {
            mapped.completeExceptionally(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
