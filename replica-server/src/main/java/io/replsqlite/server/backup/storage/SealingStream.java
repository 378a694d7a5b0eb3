package io.replsqlite.server.backup.storage;

import static io.replsqlite.server.backup.storage.SealedHeader.CHUNK_BYTES;

import java.io.IOException;
import java.io.OutputStream;

/** Encrypts what is written, chunk by chunk. Without {@link #finish}, what has come out is no object. */
final class SealingStream extends OutputStream {
    private final OutputStream out;
    private final SealedChunks chunks;
    private final byte[] plain = new byte[CHUNK_BYTES];
    private int filled;
    private long chunk;

    SealingStream(OutputStream out, SealedHeader header, SealedChunks chunks) throws IOException {
        this.out = out;
        this.chunks = chunks;
        out.write(header.encode());
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, CHUNK_BYTES - filled);
            System.arraycopy(bytes, at, plain, filled, count);
            filled += count;
            at += count;
            left -= count;
            if (filled == CHUNK_BYTES) {
                sealChunk();
            }
        }
    }

    private void sealChunk() throws IOException {
        out.write(chunks.seal(chunk++, plain, filled));
        filled = 0;
    }

    /** Writes the last chunk, which is never full. */
    void finish() throws IOException {
        sealChunk();
        out.flush();
    }
}
