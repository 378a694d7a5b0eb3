package io.replsqlite.lease;

import java.io.IOException;
import java.io.Serial;

/** A lease provider cannot work: what it tried, why it failed, what to do. */
public class LeaseException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public LeaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
