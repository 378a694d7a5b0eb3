package io.replsqlite.session;

/** Where a read that could run locally is to run after the gate. */
public enum ReadPermit {
    LOCAL,
    /** Locally, although it may not see enough; the caller adds a warning. */
    LOCAL_STALE,
    PRIMARY
}
