package io.replsqlite.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message that cannot be read: not well-formed, of the wrong shape, or beyond a limit. */
public sealed class WireException extends IOException permits WireLimitException {
    public WireException(String message) {
        super(message);
    }

    public WireException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
