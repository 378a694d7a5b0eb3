package io.replsqlite.server.endpoint;

import java.io.IOException;
import java.io.Serial;
import java.util.Map;

/** A request that is not carried out. Nothing of it was done. */
public final class RefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;
    private final transient Map<String, String> details;

    /**
     * @param status the HTTP status
     * @param reason a stable word for programs, such as {@code notPrimary}
     * @param message a sentence for people: what, why, what to do
     * @param details further values for programs
     */
    public RefusedException(int status, String reason, String message, Map<String, String> details) {
        super(message);
        this.status = status;
        this.reason = reason;
        this.details = details;
    }

    public RefusedException(int status, String reason, String message) {
        this(status, reason, message, Map.of());
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    public Map<String, String> details() {
        return details;
    }
}
