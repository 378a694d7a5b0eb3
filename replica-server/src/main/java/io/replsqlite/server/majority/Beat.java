package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;
import java.net.URI;

/**
 * What a node tells the others about itself; the forms stand in the package's documentation.
 *
 * @param successor of {@link Kind#RELEASED}: who shall be next; empty for anybody
 * @param terms by which the sender counts votes
 */
public record Beat(Kind kind, Epoch epoch, String node, URI url, String successor, VotingTerms terms) {
    /** What the sender is at. */
    public enum Kind {
        CANVASSING,
        ACQUIRING,
        LEADING,
        RELEASED
    }
}
