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

    /** What others must have too. */
    public VotingTerms voting() {
        return new VotingTerms(voters, patience);
    }

    /**
     * Why a vote of this node must not count for a node with these terms; empty if it may, or none is asked of it. Told to
     * that node.
     */
    public String objectionTo(VotingTerms asked) {
        boolean votes = isVoter() || asked.voters().contains(self);
        return !votes || asked.equals(voting())
                ? ""
                : "node " + self + " has " + voting() + ", the one that asks has " + asked
                        + "; they must be the same on every node";
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
