package io.replsqlite.server.commit;

import java.io.IOException;
import java.io.Serial;

/** A write that was not acknowledged. Always says whether it can have happened. */
public class WriteFailedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What is known of the write. */
    public enum Outcome {
        /** It did not happen and will not. */
        NOT_EXECUTED,
        /** It may or may not be found later. */
        UNKNOWN
    }

    private final Outcome outcome;

    public WriteFailedException(Outcome outcome, String message, Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    public WriteFailedException(Outcome outcome, String message) {
        super(message);
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }
}
