package io.replsqlite.wire;

import java.io.IOException;

/** A message that cannot be read: not well-formed, of the wrong shape, or beyond a limit. */
public final class WireException extends IOException {
    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
