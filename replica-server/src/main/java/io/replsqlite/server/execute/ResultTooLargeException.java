package io.replsqlite.server.execute;

/** A statement returns more than {@link ExecuteLimits} allows. */
final class ResultTooLargeException extends RuntimeException {
    ResultTooLargeException(String message) {
        super(message);
    }
}
