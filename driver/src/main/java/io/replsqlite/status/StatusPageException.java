package io.replsqlite.status;

import java.io.IOException;

/** The status page is missing a part, is garbage, or stays in the middle of a write. The message says which. */
public final class StatusPageException extends IOException {
    public StatusPageException(String message) {
        super(message);
    }
}
