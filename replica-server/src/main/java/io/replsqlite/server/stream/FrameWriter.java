package io.replsqlite.server.stream;

import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/** Writes frames; the mirror of {@link FrameReader}. For one thread. Flushing is the caller's. */
public final class FrameWriter {
    private static final int PAGES_PAYLOAD_BYTES = 1 << 20;

    private final OutputStream out;
    private final ByteBuffer header = ByteBuffer.allocate(9);
    private byte[] pagesPayload = new byte[0];
    private int pagesLength;
    private int pagesCount;

    public FrameWriter(OutputStream out) {
        this.out = out;
    }

    /** Announces a record of {@code bodyBytes}; the caller writes exactly as many to {@link #out}. */
    public OutputStream record(long bodyBytes) throws IOException {
        header(FrameType.RECORD, bodyBytes);
        return out;
    }

    public void heartbeat(Epoch epoch, long headTxid, long committedTxid) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate((int) FrameType.HEARTBEAT.maxPayloadBytes);
        payload.putLong(epoch.value()).putLong(headTxid).putLong(committedTxid);
        frame(FrameType.HEARTBEAT, payload.array());
    }

    public void end(String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        frame(FrameType.END, Arrays.copyOf(text, Math.min(text.length, (int) FrameType.END.maxPayloadBytes)));
    }

    public void snapshotBegin(SnapshotEnds.Begin begin) throws IOException {
        frame(FrameType.SNAPSHOT_BEGIN, begin.encode());
    }

    public void snapshotEnd(SnapshotEnds.End end) throws IOException {
        frame(FrameType.SNAPSHOT_END, end.encode());
    }

    /** Names pages, in as many frames as it takes; none for no page. */
    public void changedPages(BitSet pages) throws IOException {
        int most = (int) FrameType.CHANGED_PAGES.maxPayloadBytes / Integer.BYTES;
        int page = pages.nextSetBit(0);
        for (int left = pages.cardinality(); left > 0; left -= most) {
            ByteBuffer payload = ByteBuffer.allocate(Math.min(left, most) * Integer.BYTES);
            while (payload.hasRemaining()) {
                payload.putInt(page);
                page = pages.nextSetBit(page + 1);
            }
            frame(FrameType.CHANGED_PAGES, payload.array());
        }
    }

    /** Adds a page to the PAGES frame under way; it is written when full, or by {@link #finishPages}. */
    public void page(int pageNumber, ByteBuffer page) throws IOException {
        int bytes = page.remaining();
        if (pagesPayload.length == 0) {
            pagesPayload = new byte[PAGES_PAYLOAD_BYTES + 8];
            pagesLength = 8;
        }
        if (pagesLength + 4 + bytes > pagesPayload.length) {
            finishPages();
        }
        ByteBuffer.wrap(pagesPayload, pagesLength, 4).putInt(pageNumber);
        page.get(pagesPayload, pagesLength + 4, bytes);
        pagesLength += 4 + bytes;
        pagesCount++;
    }

    public void finishPages() throws IOException {
        if (pagesCount == 0) {
            return;
        }
        CRC32C crc = new CRC32C();
        crc.update(pagesPayload, 8, pagesLength - 8);
        ByteBuffer.wrap(pagesPayload).putInt(pagesCount).putInt((int) crc.getValue());
        header(FrameType.PAGES, pagesLength);
        out.write(pagesPayload, 0, pagesLength);
        pagesLength = 8;
        pagesCount = 0;
    }

    public void flush() throws IOException {
        out.flush();
    }

    private void frame(FrameType type, byte[] payload) throws IOException {
        header(type, payload.length);
        out.write(payload);
    }

    private void header(FrameType type, long payloadBytes) throws IOException {
        header.clear().put((byte) type.code).putLong(payloadBytes);
        out.write(header.array(), 0, header.capacity());
    }
}
