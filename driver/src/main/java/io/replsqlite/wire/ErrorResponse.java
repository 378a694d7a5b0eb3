package io.replsqlite.wire;

import org.jspecify.annotations.Nullable;

/**
 * Why a request failed, and whether its write can have happened all the same.
 *
 * @param resultCode SQLite's extended result code, 0 where SQLite was not asked
 * @param vendorCode the primary result code, as JDBC's vendor code
 * @param primaryUrl the node to ask instead, if one is known
 */
public record ErrorResponse(
        Kind kind,
        String message,
        int resultCode,
        int vendorCode,
        @Nullable String sqlState,
        boolean mayHaveHappened,
        @Nullable RequestId id,
        @Nullable String primaryUrl) {

    /** The HTTP status stands beside each kind; whether to try again is the client's to decide from the kind alone. */
    public enum Kind {
        /** SQLite refused the statement. */
        SQL(422, false),
        /** The statement is not allowed over the wire. */
        REFUSED(403, false),
        /** This node is not the primary; primaryUrl names it if known. */
        NOT_PRIMARY(409, true),
        /** No node holds the lease, or it is being handed over. */
        NO_PRIMARY(503, true),
        /** The client knows a higher epoch than this node: an old primary. */
        STALE_EPOCH(410, true),
        /** The transaction is not open any more and nothing of it was committed; it can be run again from its start. */
        TRANSACTION_LOST(410, false),
        /** The time that the client allowed was over; the statement was undone or never begun. */
        TIMED_OUT(408, false),
        /** Too many requests or sessions at once. */
        OVERLOADED(429, true),
        /** The message cannot be read. */
        BAD_REQUEST(400, false),
        UNAUTHORIZED(401, false),
        UNKNOWN_DATABASE(404, false),
        /** The request or its result exceeds a limit, which the message names. */
        TOO_LARGE(413, false),
        /** The write may have been committed; ask by the request id. */
        OUTCOME_UNKNOWN(504, false),
        /** The node failed. */
        INTERNAL(500, false);

        private final int httpStatus;
        private final boolean retryable;

        Kind(int httpStatus, boolean retryable) {
            this.httpStatus = httpStatus;
            this.retryable = retryable;
        }

        public int httpStatus() {
            return httpStatus;
        }

        /** Whether the same request may succeed later or elsewhere, provided that it did not happen here. */
        public boolean isRetryable() {
            return retryable;
        }
    }

    /** An error of the node itself, before SQLite was asked. */
    public static ErrorResponse of(Kind kind, String message) {
        return new ErrorResponse(kind, message, 0, 0, null, false, null, null);
    }

    public ErrorResponse withPrimaryUrl(String url) {
        return new ErrorResponse(kind, message, resultCode, vendorCode, sqlState, mayHaveHappened, id, url);
    }

    public ErrorResponse withId(RequestId requestId) {
        return new ErrorResponse(
                kind, message, resultCode, vendorCode, sqlState, mayHaveHappened, requestId, primaryUrl);
    }
}
