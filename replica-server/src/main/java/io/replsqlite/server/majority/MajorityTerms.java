package io.replsqlite.server.majority;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;

/**
 * Who votes, and for how long a vote binds.
 *
 * @param self this node's name
 * @param patience how long a voter keeps faith with a node that it does not hear
 */
public record MajorityTerms(String self, Set<String> voters, Duration patience) {
    private static final int BEATS_IN_PATIENCE = 10;

    public MajorityTerms {
        voters = Set.copyOf(voters);
    }

    boolean isVoter() {
        return voters.contains(self);
    }

    int majority() {
        return voters.size() / 2 + 1;
    }

    boolean isMajority(Collection<String> nodes) {
        return nodes.stream().filter(voters::contains).distinct().count() >= majority();
    }

    /** How long an answered beat lets its sender acknowledge: less than the answer binds its voter, so that clocks may differ. */
    Duration authority() {
        return patience.multipliedBy(4).dividedBy(5);
    }

    Duration beatInterval() {
        return patience.dividedBy(BEATS_IN_PATIENCE);
    }
}
