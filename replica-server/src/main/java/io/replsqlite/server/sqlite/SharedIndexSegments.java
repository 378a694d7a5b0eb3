package io.replsqlite.server.sqlite;

import io.replsqlite.server.wal.WalIndexSegments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The {@code -shm} file, mapped segment by segment as needed. Valid only while an SQLite connection of this process is
 * open: its dead-man lock keeps other processes from truncating the file under the mappings.
 */
final class SharedIndexSegments implements WalIndexSegments {
    /** Enough for a WAL of 67 million frames. */
    private static final int MAX_SEGMENTS = 16 * 1024;

    private final RawFile file;
    private final AtomicReferenceArray<@Nullable ByteBuffer> mapped = new AtomicReferenceArray<>(MAX_SEGMENTS);

    SharedIndexSegments(RawFile file) {
        this.file = file;
    }

    @Override
    public ByteBuffer segment(int number) throws IOException {
        if (number >= MAX_SEGMENTS) {
            throw new IOException("the WAL is too long: its index needs more than " + MAX_SEGMENTS + " segments");
        }
        ByteBuffer segment = mapped.get(number);
        return segment != null ? segment : map(number);
    }

    private synchronized ByteBuffer map(int number) throws IOException {
        ByteBuffer already = mapped.get(number);
        if (already != null) {
            return already;
        }
        long start = (long) number * SEGMENT_BYTES;
        file.extendTo(start + SEGMENT_BYTES);
        ByteBuffer segment = file.map(start, SEGMENT_BYTES);
        mapped.set(number, segment);
        return segment;
    }
}
