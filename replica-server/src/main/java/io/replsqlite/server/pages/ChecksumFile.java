package io.replsqlite.server.pages;

import io.replsqlite.base.FailurePoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/** The checksum file, as its package documentation lays it out. For one thread at a time. */
public final class ChecksumFile implements AutoCloseable {
    private static final long MAGIC =
            ByteBuffer.wrap("RSQLCRC1".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 64;
    private static final int CHECKED_BYTES = 60;

    private final FileChannel channel;

    private ChecksumFile(FileChannel channel) {
        this.channel = channel;
    }

    public static ChecksumFile open(Path path) throws IOException {
        return new ChecksumFile(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** The first {@code pages} entries, or nothing if the file is of another database, another format or too short. */
    public Optional<long[]> read(UUID databaseId, int pageSize, int pages) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        if (!readFully(header, 0) || !header.flip().equals(header(databaseId, pageSize))) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(pages, Long.BYTES));
        boolean complete = readFully(bytes, HEADER_BYTES);
        if (!complete) {
            return Optional.empty();
        }
        long[] entries = new long[pages];
        bytes.flip().asLongBuffer().get(entries);
        return Optional.of(entries);
    }

    /** Writes what changed since the last call and makes it durable. */
    public void write(UUID databaseId, int pageSize, PageChecksums checksums) throws IOException {
        boolean durable = false;
        try {
            writeFully(header(databaseId, pageSize), 0);
            for (PageChecksums.Run run : checksums.drainDirty()) {
                ByteBuffer bytes = ByteBuffer.allocate(run.entries().length * Long.BYTES);
                bytes.asLongBuffer().put(run.entries());
                writeFully(bytes, HEADER_BYTES + (long) run.firstIndex() * Long.BYTES);
                FailurePoint.CHECKSUMS_PARTIAL.reached();
            }
            channel.force(false);
            FailurePoint.CHECKSUMS_SYNCED.reached();
            durable = true;
        } finally {
            if (!durable) {
                checksums.markAllDirty();
            }
        }
    }

    private static ByteBuffer header(UUID databaseId, int pageSize) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putInt(pageSize);
        header.putLong(databaseId.getMostSignificantBits()).putLong(databaseId.getLeastSignificantBits());
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, CHECKED_BYTES);
        header.putInt(CHECKED_BYTES, (int) crc.getValue());
        return header.rewind();
    }

    private boolean readFully(ByteBuffer target, long from) throws IOException {
        long at = from;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private void writeFully(ByteBuffer source, long to) throws IOException {
        long at = to;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
