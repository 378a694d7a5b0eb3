package io.replsqlite.server.log;

import io.replsqlite.base.Txid;

/**
 * What the log may let go: the oldest segments, as long as they are too old or the log is too large, and
 * never a record after {@code floor}.
 *
 * @param floor the least of what the slowest follower has and what is checkpointed
 * @param queueFloor records after it are kept as well, while the log is no larger than {@code queueBytes}
 */
public record RetentionPolicy(long maxAgeMillis, long maxTotalBytes, Txid floor, Txid queueFloor, long queueBytes) {
    public RetentionPolicy(long maxAgeMillis, long maxTotalBytes, Txid floor) {
        this(maxAgeMillis, maxTotalBytes, floor, new Txid(Long.MAX_VALUE), 0);
    }
}
