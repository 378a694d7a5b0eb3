package io.replsqlite.server.backup.upload;

/** The log does not have the commits that come next: a base has to take their place. */
final class LogGapException extends Exception {
    private static final long serialVersionUID = 1L;

    LogGapException(String message) {
        super(message);
    }
}
