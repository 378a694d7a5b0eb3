package io.replsqlite.server.stream;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * What a follower has, page by page, so that it is sent only what differs.
 *
 * @param checksums of page 1, 2, 3…; 0 for a page that is absent or distrusted. Empty: send everything
 */
public record ResyncRequest(UUID databaseId, long[] checksums) {
    private static final long MAGIC =
            ByteBuffer.wrap("RSQLRSY1".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int HEADER_BYTES = 28;
    private static final int ENTRIES_AT_ONCE = 8192;

    public long encodedBytes() {
        return HEADER_BYTES + (long) checksums.length * Long.BYTES;
    }

    public void encode(OutputStream out) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC)
                .putLong(databaseId.getMostSignificantBits())
                .putLong(databaseId.getLeastSignificantBits())
                .putInt(checksums.length);
        out.write(header.array());
        ByteBuffer chunk = ByteBuffer.allocate(ENTRIES_AT_ONCE * Long.BYTES);
        for (int from = 0; from < checksums.length; from += ENTRIES_AT_ONCE) {
            int count = Math.min(ENTRIES_AT_ONCE, checksums.length - from);
            chunk.asLongBuffer().put(checksums, from, count);
            out.write(chunk.array(), 0, count * Long.BYTES);
        }
    }

    /** Reads as many entries as really arrive, so that a false count costs no memory. */
    public static ResyncRequest decode(InputStream in) throws IOException {
        byte[] headerBytes = in.readNBytes(HEADER_BYTES);
        ByteBuffer header = ByteBuffer.wrap(headerBytes);
        if (headerBytes.length != HEADER_BYTES || header.getLong() != MAGIC) {
            throw new StreamFormatException("this is not a resync request");
        }
        UUID databaseId = new UUID(header.getLong(), header.getLong());
        int pages = header.getInt();
        if (pages < 0) {
            throw new StreamFormatException("a resync request cannot have " + pages + " pages");
        }
        return new ResyncRequest(databaseId, readEntries(new DataInputStream(in), pages));
    }

    private static long[] readEntries(DataInputStream in, int pages) throws IOException {
        long[] entries = new long[Math.min(pages, ENTRIES_AT_ONCE)];
        byte[] chunk = new byte[ENTRIES_AT_ONCE * Long.BYTES];
        for (int done = 0; done < pages; ) {
            int count = Math.min(ENTRIES_AT_ONCE, pages - done);
            in.readFully(chunk, 0, count * Long.BYTES);
            if (done + count > entries.length) {
                entries = Arrays.copyOf(entries, (int) Math.min(pages, 2L * entries.length));
            }
            ByteBuffer.wrap(chunk).asLongBuffer().get(entries, done, count);
            done += count;
        }
        return entries;
    }
}
