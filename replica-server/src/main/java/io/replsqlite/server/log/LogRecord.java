package io.replsqlite.server.log;

import io.replsqlite.base.Txid;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.Segment.RecordHeaders;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/** One record under a cursor. Its headers are checked; the rest is checked as it is read. */
public final class LogRecord {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Segment segment;
    private final FileChannel channel;
    private final LocalHeader local;
    private final BodyHeader body;
    private final long bodyOffset;

    LogRecord(Segment segment, FileChannel channel, RecordHeaders headers) {
        this.segment = segment;
        this.channel = channel;
        this.local = headers.local();
        this.body = headers.body();
        this.bodyOffset = local.offset() + LogFormat.LOCAL_HEADER_BYTES;
    }

    public BodyHeader header() {
        return body;
    }

    /** The order of records in this log; not comparable between nodes, nor across a reset. */
    public long sequence() {
        return local.sequence();
    }

    /** The primary's WAL position after this commit; {@link WalMark#NONE} on a follower. */
    public WalMark walMark() {
        return local.walMark();
    }

    /** Request outcomes of a commit, holder of a tenure. */
    public byte[] attachment() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(body.attachmentLength());
        boolean whole = DurableFiles.readFully(channel, bytes, bodyOffset + BodyHeader.BYTES);
        if (!whole || LogFormat.crc(bytes, 0, bytes.limit()) != body.attachmentCrc()) {
            throw damaged();
        }
        return bytes.array();
    }

    /** The tenure that an EPOCH record starts. */
    public Tenure tenure() throws IOException {
        if (body.kind() != RecordKind.EPOCH) {
            throw new IllegalStateException("record " + body.position() + " starts no tenure");
        }
        return Tenure.decodeHolder(body.epoch(), body.txid().next(), ByteBuffer.wrap(attachment()));
    }

    /**
     * The LTX section. Reaching its end checks it: the last read throws {@link LogCorruptedException} if
     * it is damaged.
     */
    public InputStream openLtx() {
        return new LtxInputStream(this);
    }

    /**
     * Sends the body as it is.
     *
     * @throws LogCorruptedException if it is damaged; the receiver then has bytes that it will refuse
     */
    public void transferBody(OutputStream to) throws IOException {
        transferBody(Channels.newChannel(to));
    }

    public void transferBody(WritableByteChannel to) throws IOException {
        byte[] checkedAttachment = attachment();
        ByteBuffer header = ByteBuffer.allocate(BodyHeader.BYTES);
        body.encode(header, 0);
        writeAll(to, header);
        writeAll(to, ByteBuffer.wrap(checkedAttachment));
        transferLtx(to);
        ByteBuffer closing = ByteBuffer.allocate(LogFormat.BODY_CRC_BYTES);
        readAt(closing, body.bodyLength() - LogFormat.BODY_CRC_BYTES);
        writeAll(to, closing);
    }

    private void transferLtx(WritableByteChannel to) throws IOException {
        try (InputStream ltx = openLtx()) {
            byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, body.ltxLength() + 1)];
            int count = ltx.read(chunk);
            while (count >= 0) {
                writeAll(to, ByteBuffer.wrap(chunk, 0, count));
                count = ltx.read(chunk);
            }
        }
    }

    private static void writeAll(WritableByteChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** Reads the whole body and checks it. */
    public void verify() throws IOException {
        if (!BodyCheck.isIntact(channel, bodyOffset, body)) {
            throw damaged();
        }
    }

    /** Reads at an offset of the body; the bytes were there when the record was made durable. */
    void readAt(ByteBuffer into, long offset) throws IOException {
        if (!DurableFiles.readFully(channel, into, bodyOffset + offset)) {
            throw damaged();
        }
        into.flip();
    }

    /** @param ltxCrc of the whole LTX section; the body header is added here */
    void checkClosingCrc(CRC32C ltxCrc) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(BodyHeader.BYTES);
        body.encode(header, 0);
        ltxCrc.update(header);
        ByteBuffer closing = ByteBuffer.allocate(LogFormat.BODY_CRC_BYTES);
        readAt(closing, body.bodyLength() - LogFormat.BODY_CRC_BYTES);
        if (closing.getInt(0) != (int) ltxCrc.getValue()) {
            throw damaged();
        }
    }

    private LogCorruptedException damaged() {
        boolean commit = body.kind() == RecordKind.COMMIT;
        Txid before = commit ? new Txid(body.txid().value() - 1) : body.txid();
        return new LogCorruptedException(
                segment.file(), local.offset(), before, "body of record " + body.position() + " damaged");
    }
}
