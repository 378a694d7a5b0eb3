package io.replsqlite.api;

/**
 * What became of a write whose answer was lost.
 *
 * @param token of the state after the write; null unless it was committed
 */
public record WriteOutcome(
        State state, @org.jspecify.annotations.Nullable Token token) {
    /** Whether it happened. */
    public enum State {
        COMMITTED,
        /** It did not happen and will not: it is safe to write again. */
        NOT_COMMITTED,
        /** The primary's memory does not reach back to it any more. */
        UNKNOWN
    }
}
