package io.replsqlite.api;

import java.util.Locale;

/** What a read must see. Each level is met by every node, by one node alone too. */
public enum Consistency {
    /** Whatever the replica file shows, however old. */
    EVENTUAL,
    /** Nothing older than the freshness asked for. */
    BOUNDED,
    /** All that this session has written and seen, and nothing older than the freshness asked for. */
    SESSION,
    /** Every write that was acknowledged to anybody before the read began. */
    LINEARIZABLE,
    /** The primary's own state: every read runs there. */
    PRIMARY;

    /** As settings and hints write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
