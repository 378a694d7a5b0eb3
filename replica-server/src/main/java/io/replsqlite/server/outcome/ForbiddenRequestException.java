package io.replsqlite.server.outcome;

import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.io.Serial;

/** Somebody asked for this request's outcome, was told that it did not happen, and relies on it. */
public final class ForbiddenRequestException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ForbiddenRequestException(RequestId id) {
        super("Request " + id + " was reported as not committed before it arrived; it is not executed any more.");
    }
}
