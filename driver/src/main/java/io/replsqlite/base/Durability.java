package io.replsqlite.base;

import java.util.Locale;

/** Where a write is on disk before it is acknowledged, from least to most. */
public enum Durability {
    /** In the primary's log. */
    LOCAL,
    /** In the logs of a majority of the voters, received in the primary's epoch. */
    QUORUM,
    /** In the logs of all voters, received in the primary's epoch. */
    ALL;

    /** As settings, hints and messages write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isMoreThan(Durability other) {
        return compareTo(other) > 0;
    }

    /** The one that promises more. */
    public Durability or(Durability other) {
        return isMoreThan(other) ? this : other;
    }
}
