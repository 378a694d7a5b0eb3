package io.replsqlite.base;

import java.lang.System.Logger.Level;
import java.util.Arrays;

/**
 * Mistakes that this project could have made, one per promise, so that its tests can be tested: a process that makes one
 * must be caught by a fault run ({@code docs/testing.md}). Never for use.
 *
 * <p>Made only in a process whose system property {@value #PROPERTY} names one; read once, and said loudly. Otherwise
 * each costs one read of a field.
 */
public enum DeliberateBug {
    /** The log answers that it is durable without having synced. */
    LOG_NOT_SYNCED,
    /** A write is acknowledged before the voters that it asks for have it. */
    QUORUM_NOT_AWAITED,
    /** A promise of a higher epoch does not keep the lower ones out, and is not told to who leads in one. */
    EPOCHS_IGNORED,
    /** A primary goes on after the time that its lease was good for. */
    LEASE_DEADLINE_IGNORED,
    /** The primary shows its own readers what the voters do not have yet. */
    UNCOMMITTED_SHOWN,
    /** The follower lets SQLite's write lock go by ROLLBACK. */
    LOCK_RELEASED_BY_ROLLBACK,
    /** A checkpoint copies what is not captured and not durable in the log. */
    CHECKPOINT_BEFORE_CAPTURE,
    /** A request that is sent again is executed again. */
    REQUEST_IDS_FORGOTTEN,
    /** A read is served by a replica that is older than the reader's bound. */
    BOUND_IGNORED,
    /** A read is served by a replica that does not show yet what the reader has seen. */
    SESSION_IGNORED,
    /** What only a lost primary had goes without being rescued. */
    TAIL_NOT_RESCUED;

    public static final String PROPERTY = "replsqlite.test.bug";

    private static final String MADE = System.getProperty(PROPERTY, "");

    static {
        if (!MADE.isEmpty()) {
            if (Arrays.stream(values()).noneMatch(bug -> bug.name().equals(MADE))) {
                throw new IllegalArgumentException(
                        "There is no deliberate bug '" + MADE + "'. There are: " + Arrays.toString(values()));
            }
            System.getLogger(DeliberateBug.class.getName())
                    .log(Level.WARNING, "THIS PROCESS MAKES THE MISTAKE {0} ON PURPOSE; never use it with data", MADE);
        }
    }

    private final boolean made;

    DeliberateBug() {
        made = name().equals(System.getProperty("replsqlite.test.bug", ""));
    }

    /** Whether this process makes it. */
    public boolean isMade() {
        return made;
    }
}
