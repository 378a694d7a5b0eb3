package io.replsqlite.server.backup.restore;

import java.io.IOException;

/** The restore was told to end. Nothing is wrong with what it has read, and the next one goes on from there. */
public final class RestoreGivenUpException extends IOException {
    private static final long serialVersionUID = 1L;

    public RestoreGivenUpException(String message) {
        super(message);
    }
}
