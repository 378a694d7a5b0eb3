package io.replsqlite.wire;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A message that holds more than {@link WireLimits} allow. */
public final class WireLimitException extends WireException {
    @Serial
    private static final long serialVersionUID = 1L;

    WireLimitException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
