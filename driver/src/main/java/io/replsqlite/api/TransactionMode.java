package io.replsqlite.api;

import java.util.Locale;

/** Where a read-write transaction begins. */
public enum TransactionMode {
    /** At the primary: it has the only writer from its first statement on and never fails because of others. */
    PRIMARY,
    /**
     * On a local snapshot. Its first write moves it to the primary if what it has read is still so there; else that write
     * fails with SQLITE_BUSY_SNAPSHOT, SQLState 40001, and the transaction is to be run again.
     */
    UPGRADE;

    /** As the setting writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
