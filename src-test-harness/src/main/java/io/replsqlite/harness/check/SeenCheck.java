package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nobody was shown a row that is not there in the end: what an old primary had written and could not commit, a write that
 * was refused.
 */
public final class SeenCheck {
    public static final String NAME = "nothing shown that is not committed";

    private SeenCheck() {}

    /**
     * Looks at rows of the history's own writers; others belong to an earlier history.
     *
     * @param setAside ids that a lost primary had, where the contract allows the loss
     */
    public static Verdict check(History history, List<ReplicaState> replicas, Set<Long> setAside, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Set<Long> asked = LedgerCheck.writersOf(history).keySet();
        Set<Long> everywhere = inEvery(replicas);
        history.stream().filter(Operation::isOk).forEach(read -> {
            for (Map.Entry<String, Long> head : Heads.of(read).entrySet()) {
                long id = head.getValue();
                if (asked.contains(id)) {
                    tally.require(
                            everywhere.contains(id) || setAside.contains(id),
                            () -> read.brief() + " was shown row " + id + " of " + head.getKey()
                                    + ", which is not on every replica");
                }
            }
        });
        return tally.verdict();
    }

    private static Set<Long> inEvery(List<ReplicaState> replicas) {
        @Nullable Set<Long> common = null;
        for (ReplicaState replica : replicas) {
            if (common == null) {
                common = new HashSet<>(replica.ledger());
            } else {
                common.retainAll(new HashSet<>(replica.ledger()));
            }
        }
        return common == null ? Set.of() : common;
    }
}
