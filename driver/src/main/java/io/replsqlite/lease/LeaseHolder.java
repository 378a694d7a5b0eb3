package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import java.net.URI;

/**
 * Who holds the write lease, as far as this node knows: the node's name, where it listens, and its epoch.
 *
 * @param epoch {@link Epoch#NONE} if it is only known where to ask, not for which tenure
 */
public record LeaseHolder(String nodeName, URI url, Epoch epoch) {
    /** The same node, of which nobody has said in which epoch it leads. */
    public LeaseHolder inUnknownEpoch() {
        return new LeaseHolder(nodeName, url, Epoch.NONE);
    }
}
