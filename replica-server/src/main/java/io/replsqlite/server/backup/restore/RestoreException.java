package io.replsqlite.server.backup.restore;

import java.io.IOException;

/** A restore cannot be done as asked. Nothing that was there before has been touched. */
public final class RestoreException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    public RestoreException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
