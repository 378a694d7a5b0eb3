package io.replsqlite.server.backup.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An object store did not do what it was asked. */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What a caller can do about it. */
    public enum Kind {
        /** There is no such object. */
        NOT_FOUND,
        /** Credentials are wrong, expired, or do not allow it. */
        DENIED,
        /** There is no such bucket, or the URL does not fit the store. */
        MISCONFIGURED,
        /** It may work later. */
        UNAVAILABLE,
        /** No answer in time; it may have happened. */
        TIMEOUT
    }

    private final Kind kind;

    public StorageException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isNotFound() {
        return kind == Kind.NOT_FOUND;
    }
}
