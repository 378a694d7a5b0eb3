package io.replsqlite.server.store;

import java.io.IOException;
import java.io.Serial;

/** What the log says and what the replica file holds do not belong together. Nothing was made visible. */
public final class DivergedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public DivergedException(String message) {
        super(message);
    }
}
