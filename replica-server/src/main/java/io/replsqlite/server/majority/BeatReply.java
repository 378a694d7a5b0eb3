package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;

/**
 * @param promised the highest epoch that the answering node has promised
 * @param promisedTo to whom; empty if that is not known
 * @param agrees whether it counts for the sender in this epoch, or would
 * @param follows whom it is bound to; empty if nobody
 * @param objection why it could never count for the sender as both are set; empty if it could
 */
public record BeatReply(
        String node, Epoch promised, String promisedTo, boolean agrees, String follows, String objection) {}
