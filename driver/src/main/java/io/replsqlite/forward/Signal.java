package io.replsqlite.forward;

import java.util.Locale;

/** What a driver says about a request or a transaction without waiting for an answer. */
enum Signal {
    /** The client of this transaction lives. */
    ALIVE,
    /** What runs for this request or transaction is to be interrupted. */
    CANCEL,
    /** This transaction is to be rolled back: its client is gone. */
    ABANDON;

    /** The last segment of the path. */
    String route() {
        return name().toLowerCase(Locale.ROOT);
    }
}
