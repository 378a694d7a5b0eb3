package io.replsqlite.harness.history;

/** What an operation was promised. */
public enum Level {
    WRITE,
    SESSION,
    BOUNDED,
    LINEARIZABLE
}
