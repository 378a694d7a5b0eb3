package io.replsqlite.server.election;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.lease.Member;
import java.util.List;
import java.util.UUID;

/** What a node does that was granted the lease. */
public sealed interface Verdict {
    /**
     * It has the most of all who answered, and leads.
     *
     * @param unheard nodes that may have had more
     */
    record Lead(List<String> unheard) implements Verdict {}

    /** It lacks something that others have: it gets that first, and leads then. */
    record Fetch(List<Lacking> databases, List<String> unheard) implements Verdict {}

    /** One database that this node is to bring to {@code target} before it leads. */
    record Lacking(String database, UUID id, Member source, Position target) {}

    /** Another node is the better primary: the lease is left to it. */
    record StepAside(String successor, String why) implements Verdict {}

    /**
     * It must not lead now; it gives the lease up and tries again.
     *
     * @param promised the highest epoch that another node has promised; the next attempt must exceed it
     */
    record Withdraw(String why, Epoch promised) implements Verdict {}
}
