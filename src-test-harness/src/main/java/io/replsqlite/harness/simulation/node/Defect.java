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
    FOLLOWER_SHOWS_ALL
}
