package io.replsqlite.server.transaction;

import java.io.Serial;
import java.sql.SQLException;

/** Makes the writer roll the transaction back. */
final class TransactionEndedException extends SQLException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final boolean wanted;

    private TransactionEndedException(String why, boolean wanted) {
        super(why);
        this.wanted = wanted;
    }

    static TransactionEndedException byClient() {
        return new TransactionEndedException("its client rolled it back", true);
    }

    static TransactionEndedException lost(String why) {
        return new TransactionEndedException(why, false);
    }

    /** Whether the client asked for it. */
    boolean wasWanted() {
        return wanted;
    }
}
