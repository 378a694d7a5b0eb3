package io.replsqlite.server.node;

import io.replsqlite.server.majority.MajorityTerms;
import java.time.Duration;
import java.util.Set;

/**
 * This node in elections.
 *
 * @param stands whether it may lead
 * @param neededVoters of whom a majority must promise before this node leads; empty if none need to
 * @param voterTimeout how long a voter keeps faith with a primary that it does not hear
 */
public record NodeIdentity(String name, boolean stands, int priority, Set<String> neededVoters, Duration voterTimeout) {
    public NodeIdentity {
        neededVoters = Set.copyOf(neededVoters);
    }

    MajorityTerms terms() {
        return new MajorityTerms(name, neededVoters, voterTimeout);
    }
}
