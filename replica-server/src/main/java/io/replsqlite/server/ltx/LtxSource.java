package io.replsqlite.server.ltx;

import java.io.EOFException;
import java.io.IOException;

/** A whole file, readable at any place. */
public interface LtxSource {
    long sizeBytes();

    /** Fills {@code length} bytes of {@code into} from the file's {@code offset} on, all within the file's size. */
    void read(long offset, byte[] into, int at, int length) throws IOException;

    static LtxSource of(byte[] file) {
        return new LtxSource() {
            @Override
            public long sizeBytes() {
                return file.length;
            }

            @Override
            public void read(long offset, byte[] into, int at, int length) throws IOException {
                if (offset < 0 || length > file.length - offset) {
                    throw new EOFException("read of " + length + " bytes at " + offset + " of " + file.length);
                }
                System.arraycopy(file, (int) offset, into, at, length);
            }
        };
    }
}
