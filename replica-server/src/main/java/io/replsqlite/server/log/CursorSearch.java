package io.replsqlite.server.log;

/** Whether a log can continue from a place. */
public sealed interface CursorSearch {
    /** It can; the cursor's first record is the one that follows. The caller closes it. */
    record Found(LogCursor cursor) implements CursorSearch {}

    /** The place is older than what is retained. */
    record BeforeLog() implements CursorSearch {}

    /** The place is ahead of the durable head, or on another history. */
    record Unknown() implements CursorSearch {}
}
