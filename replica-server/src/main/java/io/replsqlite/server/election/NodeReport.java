package io.replsqlite.server.election;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a node has, as it says itself once nothing of an older epoch can change it any more.
 *
 * @param isCandidate whether it could lead
 * @param priority who is preferred among nodes that have as much
 * @param hasHandedOver whether this node led until now, and has left the lease to the one that asks, level with it: then no
 *     other node has anything that the two lack
 */
public record NodeReport(
        String nodeName, boolean isCandidate, int priority, List<Holding> holdings, boolean hasHandedOver) {
    public NodeReport {
        holdings = List.copyOf(holdings);
    }

    public NodeReport(String nodeName, boolean isCandidate, int priority, List<Holding> holdings) {
        this(nodeName, isCandidate, priority, holdings, false);
    }

    /** The same of a node that has handed over to the one that asks. */
    public NodeReport handedOver() {
        return new NodeReport(nodeName, isCandidate, priority, holdings, true);
    }

    boolean isEmpty() {
        return holdings.stream().noneMatch(Holding::hasCopy);
    }

    Optional<Holding> copyOf(UUID database) {
        return holdings.stream()
                .filter(holding -> holding.hasCopy() && holding.id().equals(database))
                .findFirst();
    }
}
