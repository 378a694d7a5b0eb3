package io.replsqlite.server.election;

import io.replsqlite.base.Epoch;
import java.time.Duration;
import java.util.Set;

/**
 * A candidate's question.
 *
 * @param voters of whom a majority must promise, as the candidate is set; empty if none need to
 * @param voterTimeout how long a promise binds a voter, as the candidate is set
 */
public record PromiseRequest(Epoch epoch, String candidate, Set<String> voters, Duration voterTimeout) {
    public PromiseRequest {
        voters = Set.copyOf(voters);
    }
}
