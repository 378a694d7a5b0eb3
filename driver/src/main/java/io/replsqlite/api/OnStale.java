package io.replsqlite.api;

import java.util.Locale;

/** What follows when the replica does not come to show what a read must see within readTimeout. */
public enum OnStale {
    /** No readTimeout: the read waits for as long as its statement may take, then fails. */
    WAIT,
    /** The read runs at the primary. */
    PRIMARY,
    /** The read fails with SQLState 58R01; it may be tried again. */
    FAIL,
    /** The read runs on the replica all the same and adds an SQLWarning. */
    STALE;

    /** As settings and hints write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
