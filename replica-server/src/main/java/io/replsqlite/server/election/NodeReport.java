package io.replsqlite.server.election;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a node has, as it says itself once nothing of an older epoch can change it any more.
 *
 * @param isCandidate whether it could lead
 * @param priority who is preferred among nodes that have as much
 */
public record NodeReport(String nodeName, boolean isCandidate, int priority, List<Holding> holdings) {
    public NodeReport {
        holdings = List.copyOf(holdings);
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
