package io.replsqlite.server.stream;

import io.replsqlite.base.Position;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.UUID;

/**
 * What a follower has changed since a position that it has in common with the primary. The primary sends those pages, and
 * all that it has changed itself since then.
 *
 * @param common in both logs
 * @param keptPages the least size that the follower's database has had since: whatever lay beyond is lost to it
 * @param changed the page numbers, each up to {@code keptPages}
 */
public record RewindRequest(UUID databaseId, Position common, int keptPages, BitSet changed) {
    private static final long MAGIC =
            ByteBuffer.wrap("RSQLRWD1".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int HEADER_BYTES = 56;

    /** SQLite's own limit for page numbers is 2^32-2; this node's files, with their int page numbers, stay below 2^31. */
    private static final int MAX_PAGE = Integer.MAX_VALUE - 1;

    public long encodedBytes() {
        return HEADER_BYTES + (long) changed.cardinality() * Integer.BYTES;
    }

    public void encode(OutputStream out) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC)
                .putLong(databaseId.getMostSignificantBits())
                .putLong(databaseId.getLeastSignificantBits());
        WirePositions.put(header, common);
        out.write(header.putInt(keptPages).putInt(changed.cardinality()).array());
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
        for (int page = changed.nextSetBit(0); page >= 0; page = changed.nextSetBit(page + 1)) {
            out.write(number.clear().putInt(page).array());
        }
    }

    /** Page numbers ascend and none is beyond the pages kept, so a false one costs no memory that the real ones do not. */
    public static RewindRequest decode(InputStream in) throws IOException {
        byte[] headerBytes = in.readNBytes(HEADER_BYTES);
        ByteBuffer header = ByteBuffer.wrap(headerBytes);
        if (headerBytes.length != HEADER_BYTES || header.getLong() != MAGIC) {
            throw new StreamFormatException("this is not a rewind request");
        }
        UUID databaseId = new UUID(header.getLong(), header.getLong());
        Position common = WirePositions.position(header);
        int keptPages = header.getInt();
        int count = header.getInt();
        if (keptPages < 0 || keptPages > MAX_PAGE || count < 0 || count > keptPages) {
            throw new StreamFormatException(
                    "a rewind of " + count + " pages in a database of " + keptPages + " cannot be");
        }
        return new RewindRequest(databaseId, common, keptPages, readPages(new DataInputStream(in), count, keptPages));
    }

    private static BitSet readPages(DataInputStream in, int count, int keptPages) throws IOException {
        BitSet changed = new BitSet();
        int last = 0;
        for (int i = 0; i < count; i++) {
            int page = in.readInt();
            if (page <= last || page > keptPages) {
                throw new StreamFormatException(
                        "a rewind names page " + page + " after page " + last + ", of at most " + keptPages);
            }
            changed.set(page);
            last = page;
        }
        return changed;
    }
}
