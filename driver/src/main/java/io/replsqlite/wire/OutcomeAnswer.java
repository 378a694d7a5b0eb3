package io.replsqlite.wire;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;

/**
 * What a primary knows of a request.
 *
 * @param epoch of the commit; 0 unless it is known to be committed
 * @param txid of the commit; 0 unless it is known to be committed
 */
public record OutcomeAnswer(State state, Epoch epoch, Txid txid) {
    /** Whether it happened. */
    public enum State {
        COMMITTED,
        /** It is not in this history, and this primary refuses it should it still arrive. */
        NOT_COMMITTED,
        /** The primary's memory does not reach back far enough. */
        UNKNOWN
    }
}
