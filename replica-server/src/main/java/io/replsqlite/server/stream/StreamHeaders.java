package io.replsqlite.server.stream;

/** HTTP headers of the calls between nodes. */
public final class StreamHeaders {
    /** The follower's position, as {@link io.replsqlite.base.Position#toString}. */
    public static final String POSITION = "Replsqlite-Position";

    /** The caller's node name. */
    public static final String NODE = "Replsqlite-Node";

    /** The epoch in which the primary answers. */
    public static final String EPOCH = "Replsqlite-Epoch";

    /** The database's id, in the primary's answer. */
    public static final String DATABASE_ID = "Replsqlite-Database-Id";

    /** The primary's durability: unless it is local, nothing may be shown before a heartbeat says that it is committed. */
    public static final String DURABILITY = "Replsqlite-Durability";

    /** The node whose epoch it is in which the answer comes. */
    public static final String LEADER = "Replsqlite-Leader";

    /** The highest epoch that the caller has promised: a primary of a lower one stands down. */
    public static final String PROMISED = "Replsqlite-Promised";

    /** The epoch for which the caller has this node's promise, so that it may read the log before it leads. */
    public static final String ELECTION = "Replsqlite-Election";

    private StreamHeaders() {}
}
