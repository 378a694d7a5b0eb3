package io.replsqlite.api;

import java.sql.SQLNonTransientConnectionException;

/** A write was sent and its outcome was not found out in time: it may have been committed. */
public final class OutcomeUnknownException extends SQLNonTransientConnectionException {
    private final String requestId;

    public OutcomeUnknownException(String message, String requestId, Throwable cause) {
        super(message + " (request " + requestId + ")", "08007", cause);
        this.requestId = requestId;
    }

    public OutcomeUnknownException(String message, String requestId) {
        super(message + " (request " + requestId + ")", "08007");
        this.requestId = requestId;
    }

    /** Names the write through all its attempts. */
    public String requestId() {
        return requestId;
    }
}
