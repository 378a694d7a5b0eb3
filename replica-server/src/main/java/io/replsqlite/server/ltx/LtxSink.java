package io.replsqlite.server.ltx;

import java.io.IOException;

/** Where an encoder writes to; {@code OutputStream::write} is one. Gets a whole header, frame or trailer at a time. */
@FunctionalInterface
public interface LtxSink {
    /** Takes all of the bytes; the array is the caller's again on return. */
    void write(byte[] bytes, int offset, int length) throws IOException;
}
