package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;

/**
 * @param promised the highest epoch that the answering node has promised
 * @param agrees whether it counts for the sender in this epoch, or would
 * @param follows whom it is bound to; empty if nobody
 */
public record BeatReply(String node, Epoch promised, boolean agrees, String follows) {}
