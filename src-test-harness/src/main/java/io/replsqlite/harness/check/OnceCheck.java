package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** However often a write was sent, it happened at most once: no row and no element of a list is there twice. */
public final class OnceCheck {
    public static final String NAME = "exactly once";

    private OnceCheck() {}

    public static Verdict check(History history, List<ReplicaState> replicas, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Set<Long> asked = LedgerCheck.writersOf(history).keySet();
        for (ReplicaState replica : replicas) {
            distinct(
                    "the ledger",
                    replica.ledger().stream().filter(asked::contains).toList(),
                    replica.node(),
                    tally);
            replica.lists().forEach((key, list) -> distinct("list " + key, list, replica.node(), tally));
        }
        return tally.verdict();
    }

    private static void distinct(String where, List<Long> values, String node, Verdict.Tally tally) {
        Set<Long> seen = new HashSet<>();
        for (long value : values) {
            tally.require(seen.add(value), () -> value + " is twice in " + where + " of " + node);
        }
    }
}
