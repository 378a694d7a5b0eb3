package io.replsqlite.server.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The numbers of the byte tables in the package documentation. */
final class LogFormat {
    static final int LOCAL_HEADER_BYTES = 72;
    static final int BODY_HEADER_BYTES = 72;
    static final int RECORD_HEADERS_BYTES = LOCAL_HEADER_BYTES + BODY_HEADER_BYTES;
    static final int BODY_CRC_BYTES = 4;
    static final int MAX_ATTACHMENT_BYTES = 16 << 20;
    static final long MAX_LTX_BYTES = 1L << 40;
    static final String SEGMENT_SUFFIX = ".log";

    private LogFormat() {}

    /** Of the bytes {@code from} to {@code to} of a buffer, which keeps its position. */
    static int crc(ByteBuffer buffer, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(from, to - from));
        return (int) crc.getValue();
    }
}
