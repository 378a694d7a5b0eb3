package io.replsqlite.harness.crash;

/** How a cell of the crash table gets a node to its failure point. */
enum Recipe {
    /** The writer writes; small segments and checkpoints do the rest. */
    STEADY,
    /** Another program writes to the primary's file. */
    FOREIGN_ON_PRIMARY,
    /** Both nodes lose everything: the primary founds the database. */
    FRESH_PAIR,
    /** The primary loses its WAL, as in a power failure before anything synced it: recovery commits it again. */
    LOST_WAL,
    /** The follower loses everything: a first snapshot. */
    FRESH_FOLLOWER,
    /** Another program writes to the follower's file while it is down: a resync. */
    FOREIGN_FOLLOWER,
    /** Another program leaves a commit in the WAL of a follower that is down: a rescue and a rewind. */
    LEFTOVERS_ON_FOLLOWER
}
