package io.replsqlite.server.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The LTX section of a record, checked when its end is reached. */
final class LtxInputStream extends InputStream {
    private final LogRecord record;
    private final CRC32C crc = new CRC32C();
    private long position;
    private boolean checked;

    LtxInputStream(LogRecord record) {
        this.record = record;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        long left = record.header().ltxLength() - position;
        if (left == 0) {
            checkOnce();
            return -1;
        }
        int count = (int) Math.min(left, length);
        record.readAt(ByteBuffer.wrap(into, offset, count), record.header().ltxOffset() + position);
        crc.update(into, offset, count);
        position += count;
        if (count == left) {
            checkOnce();
        }
        return count;
    }

    private void checkOnce() throws IOException {
        if (!checked) {
            record.checkClosingCrc(crc);
            checked = true;
        }
    }
}
