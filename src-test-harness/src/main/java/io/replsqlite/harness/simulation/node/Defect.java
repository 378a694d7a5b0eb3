package io.replsqlite.harness.simulation.node;

/** A deliberate bug, put in at a seam, that the simulation must find. */
public enum Defect {
    /** The log's files are never synced, and the log is told that they were. */
    DISK_IGNORES_SYNC,
    /** A candidate gets its answer before the promise is on the disk. */
    PROMISE_NOT_DURABLE,
    /** The primary takes its own disk for the quorum. */
    ACKNOWLEDGE_BEFORE_QUORUM,
    /** A follower takes records of a lower epoch than it has promised, and does not tell the primary of its promise. */
    FOLLOWER_IGNORES_EPOCH,
    /** A node says what it has while its follower goes on appending, and does not tell the primary of its promise. */
    FOLLOWER_NOT_BARRED,
    /** A candidate that lacks something leads without it. */
    TAKEOVER_WITHOUT_FETCHING,
    /** A candidate leads without the promises of a majority. */
    ELECTION_WITHOUT_MAJORITY,
    /** A follower shows what it has, committed or not. */
    FOLLOWER_SHOWS_ALL,
    /** A voter promises a candidate whatever it has heard of the primary. */
    VOTER_KEEPS_NO_FAITH(true),
    /** A voter that starts again takes itself for free, though it may have answered a beat just before. */
    RESTARTED_VOTER_IS_FREE(true),
    /** A primary acknowledges though its majority has been silent for too long. */
    BEATS_ARE_NOT_MISSED(true);

    private final boolean ofBeats;

    Defect() {
        this(false);
    }

    Defect(boolean ofBeats) {
        this.ofBeats = ofBeats;
    }

    /** Whether only a lease by the majority of the voters can show it. */
    public boolean isOfBeats() {
        return ofBeats;
    }
}
