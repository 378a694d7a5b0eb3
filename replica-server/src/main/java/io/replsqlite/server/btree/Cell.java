package io.replsqlite.server.btree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/**
 * One row's place: the part of its payload on its own page, and where the rest begins.
 *
 * @param rowid 0 in a table without rowids
 * @param firstOverflow 0 if all of it is here
 */
public record Cell(
        int page,
        int index,
        long rowid,
        byte[] bytes,
        int offset,
        int localBytes,
        long payloadBytes,
        int firstOverflow) {
    /** A longer row is not told: it would have to be held in memory. */
    private static final long MAX_PAYLOAD_BYTES = 64L << 20;

    /**
     * The whole payload.
     *
     * @param overflowSeen told the number of each overflow page
     */
    public byte[] payload(PageView view, DatabaseFormat format, IntConsumer overflowSeen) throws IOException {
        if (payloadBytes > MAX_PAYLOAD_BYTES) {
            throw new UnreadablePageException(
                    "a row of " + payloadBytes + " bytes on page " + page + " is too long to tell");
        }
        byte[] payload = new byte[(int) payloadBytes];
        System.arraycopy(bytes, offset, payload, 0, localBytes);
        int filled = localBytes;
        int next = firstOverflow;
        while (filled < payload.length) {
            if (next < 1) {
                throw new UnreadablePageException("a row of page " + page + " ends before its length");
            }
            overflowSeen.accept(next);
            byte[] overflow = view.page(next);
            int count = Math.min(payload.length - filled, format.usableBytes() - 4);
            System.arraycopy(overflow, 4, payload, filled, count);
            filled += count;
            next = ByteBuffer.wrap(overflow).getInt(0);
        }
        return payload;
    }
}
