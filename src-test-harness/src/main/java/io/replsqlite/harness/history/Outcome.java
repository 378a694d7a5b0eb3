package io.replsqlite.harness.history;

/** What a client was told of an operation. */
public enum Outcome {
    /** It happened. */
    OK,
    /** It did not happen and never will. */
    FAIL,
    /** It happened, or will, or neither. */
    UNKNOWN
}
