package io.replsqlite.server.stream;

import io.replsqlite.base.Epoch;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.zip.CRC32C;

/** Reads frames; the mirror of {@link FrameWriter}. Checks sizes before it allocates. For one thread. */
public final class FrameReader {
    private final DataInputStream in;
    private long payloadBytes;
    private byte[] payload = new byte[64];

    public FrameReader(InputStream in) {
        this.in = new DataInputStream(in);
    }

    public record Heartbeat(Epoch epoch, long headTxid, long committedTxid) {}

    /** The pages of one PAGES frame, each as (page number, page) in one array. */
    public interface PageConsumer {
        void page(int pageNumber, byte[] source, int offset) throws IOException;
    }

    /**
     * Reads the next frame's header; its payload is taken by the method named for the type.
     *
     * @throws EOFException if the stream ends between two frames
     */
    public FrameType next() throws IOException {
        int code = in.read();
        if (code < 0) {
            throw new EOFException("the stream ended");
        }
        FrameType type = FrameType.byCode(code)
                .orElseThrow(() -> new StreamFormatException("a frame of unknown type " + code + " arrived"));
        payloadBytes = in.readLong();
        if (payloadBytes < 0 || payloadBytes > type.maxPayloadBytes) {
            throw new StreamFormatException("a " + type + " frame of " + payloadBytes + " bytes arrived; at most "
                    + type.maxPayloadBytes + " are taken");
        }
        return type;
    }

    /** The payload length of the RECORD frame at hand. */
    public long recordBytes() {
        return payloadBytes;
    }

    /** Where the record's body is read from; exactly {@link #recordBytes} bytes. */
    public InputStream recordBody() {
        return in;
    }

    public Heartbeat heartbeat() throws IOException {
        ByteBuffer bytes = fixedPayload(FrameType.HEARTBEAT);
        return new Heartbeat(WirePositions.epoch(bytes), WirePositions.txid(bytes), WirePositions.txid(bytes));
    }

    public String end() throws IOException {
        readPayload();
        return new String(payload, 0, (int) payloadBytes, StandardCharsets.UTF_8);
    }

    public SnapshotEnds.Begin snapshotBegin() throws IOException {
        return SnapshotEnds.Begin.decode(fixedPayload(FrameType.SNAPSHOT_BEGIN));
    }

    public SnapshotEnds.End snapshotEnd() throws IOException {
        return SnapshotEnds.End.decode(variablePayload());
    }

    /** Adds the page numbers of the CHANGED_PAGES frame at hand. */
    public void changedPages(BitSet into) throws IOException {
        ByteBuffer bytes = variablePayload();
        if (payloadBytes % Integer.BYTES != 0) {
            throw new StreamFormatException("a CHANGED_PAGES frame of " + payloadBytes + " bytes arrived");
        }
        int last = 0;
        while (bytes.hasRemaining()) {
            int page = bytes.getInt();
            if (page <= last) {
                throw new StreamFormatException("page " + page + " was named as changed after page " + last);
            }
            into.set(page);
            last = page;
        }
    }

    /** Hands over the pages of the PAGES frame at hand, after checking the whole frame. */
    public int pages(int pageSize, PageConsumer consumer) throws IOException {
        readPayload();
        ByteBuffer bytes = ByteBuffer.wrap(payload, 0, (int) payloadBytes);
        if (payloadBytes < 8) {
            throw new StreamFormatException("a PAGES frame of " + payloadBytes + " bytes arrived");
        }
        int count = bytes.getInt();
        int expectedCrc = bytes.getInt();
        if (count < 1 || payloadBytes != 8 + (long) count * (4 + pageSize)) {
            throw new StreamFormatException(
                    "a PAGES frame of " + payloadBytes + " bytes cannot hold " + count + " pages of " + pageSize);
        }
        CRC32C crc = new CRC32C();
        crc.update(payload, 8, (int) payloadBytes - 8);
        if ((int) crc.getValue() != expectedCrc) {
            throw new StreamFormatException("a PAGES frame arrived damaged: its CRC-32C does not match");
        }
        for (int i = 0; i < count; i++) {
            int offset = 8 + i * (4 + pageSize);
            consumer.page(bytes.getInt(offset), payload, offset + 4);
        }
        return count;
    }

    private ByteBuffer variablePayload() throws IOException {
        readPayload();
        return ByteBuffer.wrap(payload, 0, (int) payloadBytes);
    }

    private ByteBuffer fixedPayload(FrameType type) throws IOException {
        if (payloadBytes != type.maxPayloadBytes) {
            throw new StreamFormatException(
                    "a " + type + " frame of " + payloadBytes + " bytes arrived; it has " + type.maxPayloadBytes);
        }
        return variablePayload();
    }

    private void readPayload() throws IOException {
        if (payload.length < payloadBytes) {
            payload = new byte[(int) payloadBytes];
        }
        in.readFully(payload, 0, (int) payloadBytes);
    }
}
