package io.replsqlite.api;

import java.io.Serial;
import java.sql.SQLNonTransientException;

/**
 * What this session has seen or written was lost in a failover: the primary of a later epoch began without it. Told once
 * per loss; after that the session goes on with the history that survived.
 */
public final class LostWriteException extends SQLNonTransientException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Token lost;

    public LostWriteException(Token lost) {
        super(
                "transaction " + lost.txid().value() + " of epoch " + lost.epoch()
                        + ", which this session has seen, was"
                        + " lost in a failover and will not come back; whether to do its work again is the"
                        + " application's to decide",
                "58R02");
        this.lost = lost;
    }

    /** What was lost. */
    public Token lost() {
        return lost;
    }
}
