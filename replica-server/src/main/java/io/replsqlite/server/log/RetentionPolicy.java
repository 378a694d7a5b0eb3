package io.replsqlite.server.log;

import io.replsqlite.base.Txid;

/**
 * What the log may let go: the oldest segments, as long as they are too old or the log is too large, and
 * never a record after {@code floor}.
 *
 * @param floor the least of what the slowest follower has and what is checkpointed
 */
public record RetentionPolicy(long maxAgeMillis, long maxTotalBytes, Txid floor) {}
