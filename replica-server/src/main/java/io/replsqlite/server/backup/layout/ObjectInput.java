package io.replsqlite.server.backup.layout;

import io.replsqlite.server.backup.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;

/** A file of a backup as a stream that reads ahead one range, so that many can be open at once. */
public final class ObjectInput extends InputStream {
    private static final int SMALL_RANGE_BYTES = 128 << 10;
    private static final int LARGE_RANGE_BYTES = 4 << 20;
    /** Few files are larger than this. */
    private static final long LARGE_FILE_BYTES = 64L << 20;

    private final ObjectStore store;
    private final BackupObject file;
    private final int rangeBytes;
    private byte[] range = new byte[0];
    private int position;
    private long offset;

    public ObjectInput(ObjectStore store, BackupObject file) {
        this.store = store;
        this.file = file;
        this.rangeBytes = file.sizeBytes() > LARGE_FILE_BYTES ? LARGE_RANGE_BYTES : SMALL_RANGE_BYTES;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (position == range.length) {
            if (offset == file.sizeBytes()) {
                return -1;
            }
            int next = (int) Math.min(rangeBytes, file.sizeBytes() - offset);
            range = store.read(file.key(), offset, next);
            offset += next;
            position = 0;
        }
        int count = Math.min(length, range.length - position);
        System.arraycopy(range, position, into, at, count);
        position += count;
        return count;
    }
}
