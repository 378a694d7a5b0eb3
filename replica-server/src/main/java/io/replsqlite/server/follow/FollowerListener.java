package io.replsqlite.server.follow;

import io.replsqlite.base.Position;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.status.Health;

/** What a follower's threads tell the node. Must not block. */
public interface FollowerListener {
    /** The database is open: found at start, or just received for the first time. */
    void opened(OpenDatabase database);

    /** A commit is visible in the replica file. */
    void applied(Position position);

    /** History was replaced by the primary's; positions may have gone back. */
    void replaced(Position position);

    void health(Health health);

    /** A probe that left at {@code sentAtNanos} was answered. */
    void probeAnswered(long sentAtNanos, long headTxid, long committedTxid);
}
