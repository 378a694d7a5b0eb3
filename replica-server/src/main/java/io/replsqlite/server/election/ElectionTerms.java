package io.replsqlite.server.election;

import io.replsqlite.base.Epoch;
import java.util.Set;

/**
 * What holds for one election.
 *
 * @param voters of whom a majority must promise; empty if none need to (durability local)
 * @param mayStepAside whether this node may still leave the lease to a better one, so that nobody waits for ever
 */
public record ElectionTerms(Epoch epoch, Set<String> voters, boolean mayStepAside) {
    public ElectionTerms {
        voters = Set.copyOf(voters);
    }

    /** Nobody has ever led before, so nobody can have any data. */
    boolean isFirstEver() {
        return epoch.equals(Epoch.NONE.next());
    }
}
