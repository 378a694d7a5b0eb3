package io.replsqlite.api;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a database stands on this side of a connection, as its node says on the status page. A node that has died says
 * nothing any more: {@code silence} grows.
 *
 * @param node the node's name; empty without a local file
 * @param health the node's own word for the replica file, for people
 * @param readable whether the replica file can be read at all, however old
 * @param applied what the replica file shows
 * @param head the highest txid the node knows the primary to have
 * @param age how old, at most, what a local read sees is; null if that is not known
 * @param silence since when the node has shown no life; null without a local file
 * @param primaryUrl empty if the node knows of no primary
 */
public record ReplicaStatus(
        String node,
        Role role,
        String health,
        boolean readable,
        Epoch epoch,
        Txid applied,
        Txid head,
        @Nullable Duration age,
        @Nullable Duration silence,
        String primaryUrl) {
    /** What the node beside this connection is. */
    public enum Role {
        PRIMARY,
        FOLLOWER,
        /** On the way into or out of a role, or failed. */
        NEITHER,
        /** There is no node beside this connection: everything runs at the primary. */
        REMOTE
    }

    /** How many commits the replica file is behind what its node knows of the primary. */
    public long lagTxids() {
        return Math.max(0, head.value() - applied.value());
    }
}
