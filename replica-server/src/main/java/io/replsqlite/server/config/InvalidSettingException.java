package io.replsqlite.server.config;

import java.io.Serial;

/** A setting that is unknown or malformed: names it, says what was given and what would be valid. Nothing was started. */
public final class InvalidSettingException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }
}
