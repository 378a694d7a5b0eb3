package io.replsqlite.server.wal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The memory of a wal-index: shared mappings of {@code -shm}, or heap buffers. */
public interface WalIndexSegments {
    int SEGMENT_BYTES = 32 * 1024;

    /**
     * The segment with this number (from 0), 32 KiB in native order. A segment that does not exist is created, zeroed;
     * only the holder of the write lock may ask for one.
     */
    ByteBuffer segment(int number) throws IOException;
}
