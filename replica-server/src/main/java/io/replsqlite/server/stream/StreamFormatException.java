package io.replsqlite.server.stream;

import java.io.IOException;
import java.io.Serial;

/** Bytes from a peer that are not a stream of this format. Nothing of the offending frame was used. */
public final class StreamFormatException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public StreamFormatException(String message) {
        super(message);
    }
}
