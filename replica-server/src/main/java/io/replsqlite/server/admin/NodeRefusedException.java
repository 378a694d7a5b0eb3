package io.replsqlite.server.admin;

import java.io.IOException;
import java.io.Serial;

/** The node was reached and did not do what it was asked; its message says why. */
public final class NodeRefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String primaryUrl;

    NodeRefusedException(String reason, String message, String primaryUrl) {
        super(message);
        this.reason = reason;
        this.primaryUrl = primaryUrl;
    }

    /** A stable word, such as {@code notPrimary}. */
    public String reason() {
        return reason;
    }

    /** Who could do it, if that is another node; else empty. */
    public String primaryUrl() {
        return primaryUrl;
    }
}
