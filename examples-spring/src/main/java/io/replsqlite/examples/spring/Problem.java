package io.replsqlite.examples.spring;

import io.replsqlite.api.LostWriteException;
import io.replsqlite.api.OutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Why there is no answer, for people and for programs.
 *
 * @param retryAfterSeconds when it may be tried again; 0: trying again does not help, or is not safe
 */
record Problem(HttpStatus status, String detail, int retryAfterSeconds) {
    private static final System.Logger LOG = System.getLogger(Problem.class.getName());
    private static final int RETRY_SECONDS = 5;

    static Problem of(Exception failure) {
        OutcomeUnknownException unknown = cause(failure, OutcomeUnknownException.class);
        if (unknown != null) {
            return new Problem(
                    HttpStatus.INTERNAL_SERVER_ERROR,
                    "Nobody can tell whether the order was placed. Look at the orders before you try again."
                            + " Request " + unknown.requestId(),
                    0);
        }
        LostWriteException lost = cause(failure, LostWriteException.class);
        if (lost != null) {
            return new Problem(HttpStatus.CONFLICT, String.valueOf(lost.getMessage()), 0);
        }
        if (failure instanceof TransientDataAccessException || failure instanceof CannotCreateTransactionException) {
            return new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "No orders are taken at the moment; browsing goes on. Nothing was written.",
                    RETRY_SECONDS);
        }
        if (failure instanceof OutOfStockException) {
            return new Problem(HttpStatus.CONFLICT, String.valueOf(failure.getMessage()), 0);
        }
        if (failure instanceof EmptyResultDataAccessException) {
            return new Problem(HttpStatus.NOT_FOUND, "The shop has nothing by this number.", 0);
        }
        LOG.log(System.Logger.Level.ERROR, "a request failed", failure);
        return new Problem(HttpStatus.INTERNAL_SERVER_ERROR, "The request failed; the log says why.", 0);
    }

    private static <T> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (type.isInstance(one)) {
                return type.cast(one);
            }
        }
        return null;
    }

    HttpHeaders headers() {
        HttpHeaders headers = new HttpHeaders();
        if (retryAfterSeconds > 0) {
            headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfterSeconds));
        }
        return headers;
    }
}
