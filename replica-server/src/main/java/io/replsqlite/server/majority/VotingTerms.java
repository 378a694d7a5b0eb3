package io.replsqlite.server.majority;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * By what a node counts votes, and for how long one binds. A vote between two nodes is worth something only if both have the
 * same: the one acknowledges for as long as the other keeps faith, and two majorities of different voters need not meet.
 */
public record VotingTerms(Set<String> voters, Duration patience) {
    public VotingTerms {
        voters = Set.copyOf(voters);
    }

    @Override
    public String toString() {
        return "voters=" + String.join(",", new TreeSet<>(voters)) + " voter-timeout=" + patience.toMillis() + "ms";
    }
}
