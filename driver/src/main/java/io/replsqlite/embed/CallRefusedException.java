package io.replsqlite.embed;

import io.replsqlite.wire.ErrorResponse;
import java.io.IOException;
import java.io.Serial;

/** The node answers with an error, as it would over the wire. */
public final class CallRefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ErrorResponse error;

    public CallRefusedException(ErrorResponse error) {
        super(error.message());
        this.error = error;
    }

    public ErrorResponse error() {
        return error;
    }
}
