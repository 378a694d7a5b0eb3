package io.replsqlite.server.follow;

import io.replsqlite.base.Position;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.status.Health;

/** What a follower's threads tell the node. Must not block. */
public interface FollowerListener {
    /** The database is open: found at start, or just received for the first time. */
    void opened(OpenDatabase database);

    /** What {@link #opened} gave is about to be closed; when this returns, nobody may be using its log any more. */
    void closing();

    /** Why this follower does not get on, until {@link #streaming}; every attempt may have another reason. */
    void problem(String why);

    /** The primary's stream has begun. */
    void streaming();

    /** The file may show commits up to here from now on, committed or not. */
    void mayShow(long txid);

    /** A commit is visible in the replica file. */
    void applied(Position position);

    /** The primary has said that everything up to here is committed. */
    void committed(long txid);

    /** History was replaced by the primary's; positions may have gone back. */
    void replaced(Position position);

    void health(Health health);

    /** A probe that left at {@code sentAtNanos} was answered. */
    void probeAnswered(long sentAtNanos, long headTxid, long committedTxid);
}
