package io.replsqlite.server.backup.restore;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads files one after the other, with the next few ranges on their way: of the same file or of those that follow. Memory is
 * the ranges that are under way, whatever the sizes of the files.
 */
final class Downloads implements Closeable {
    private static final int PARALLEL = 4;
    private static final int RANGE_BYTES = 4 << 20;

    private final ObjectStore store;
    private final List<BackupObject> files;
    private final ExecutorService threads = Executors.newFixedThreadPool(PARALLEL, NamedThreads.of("restore-download"));
    private final Deque<Range> underWay = new ArrayDeque<>();
    private int nextFile;
    private long nextOffset;
    private int openFile;

    private record Range(int file, Future<byte[]> bytes) {}

    Downloads(ObjectStore store, List<BackupObject> files) {
        this(store, files, 0, 0);
    }

    /** @param offset in the first file to be read, where reading begins */
    Downloads(ObjectStore store, List<BackupObject> files, int firstFile, long offset) {
        this.store = store;
        this.files = files;
        this.nextFile = firstFile;
        this.nextOffset = offset;
        this.openFile = firstFile - 1;
    }

    /** The next file. The one before must have been read to its end. */
    InputStream next() {
        openFile++;
        return new FileStream(openFile);
    }

    private void order() {
        while (underWay.size() < PARALLEL && nextFile < files.size()) {
            BackupObject file = files.get(nextFile);
            long offset = nextOffset;
            int length = (int) Math.min(RANGE_BYTES, file.sizeBytes() - offset);
            underWay.add(new Range(nextFile, threads.submit(() -> store.read(file.key(), offset, length))));
            nextOffset += length;
            if (nextOffset >= file.sizeBytes()) {
                nextFile++;
                nextOffset = 0;
            }
        }
    }

    /** The next range of a file; empty at its end. */
    private byte[] take(int file) throws IOException {
        order();
        Range first = underWay.peek();
        if (first == null || first.file != file) {
            return new byte[0];
        }
        underWay.remove();
        try {
            return first.bytes.get();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof IOException io ? io : new IOException(cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        underWay.forEach(range -> range.bytes.cancel(false));
        threads.shutdown();
    }

    private final class FileStream extends InputStream {
        private final int file;
        private byte[] range = new byte[0];
        private int position;

        FileStream(int file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (position == range.length) {
                range = take(file);
                position = 0;
            }
            if (range.length == 0) {
                return -1;
            }
            int count = Math.min(length, range.length - position);
            System.arraycopy(range, position, into, offset, count);
            position += count;
            return count;
        }
    }
}
