package io.replsqlite.server.capture;

import java.io.IOException;
import java.io.Serial;

/** Commits left the WAL before they were captured. The database is whole; its log must be brought in line with it. */
public final class UncapturedFramesException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    UncapturedFramesException(String message) {
        super(message);
    }
}
