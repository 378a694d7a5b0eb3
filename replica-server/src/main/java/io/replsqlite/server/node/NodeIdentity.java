package io.replsqlite.server.node;

import java.util.Set;

/**
 * This node in elections.
 *
 * @param stands whether it may lead
 * @param neededVoters of whom a majority must promise before this node leads; empty if none need to
 */
public record NodeIdentity(String name, boolean stands, int priority, Set<String> neededVoters) {
    public NodeIdentity {
        neededVoters = Set.copyOf(neededVoters);
    }
}
