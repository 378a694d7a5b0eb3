package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every row that was acknowledged is on every replica; none is there that was refused, or that nobody asked for; a
 * transaction's rows are there together or not at all.
 */
public final class LedgerCheck {
    public static final String NAME = "acknowledged rows";

    private LedgerCheck() {}

    /**
     * @param setAside ids that a lost primary had and that its node has kept and told; an acknowledged row may be one
     *     only if the contract allows the loss
     */
    public static Verdict check(History history, List<ReplicaState> replicas, Set<Long> setAside, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Map<Long, Operation> writers = writersOf(history);
        for (ReplicaState replica : replicas) {
            Set<Long> found = new HashSet<>(replica.ledger());
            writers.forEach((id, writer) -> judge(id, writer, found, setAside, replica.node(), tally));
            for (long id : found) {
                tally.require(
                        writers.containsKey(id), () -> replica.node() + " has row " + id + ", which nobody wrote");
            }
            history.stream().forEach(operation -> judgeWhole(operation, found, replica.node(), tally));
        }
        return tally.verdict();
    }

    private static void judge(
            long id, Operation writer, Set<Long> found, Set<Long> setAside, String node, Verdict.Tally tally) {
        if (writer.outcome() == Outcome.OK) {
            tally.require(
                    found.contains(id) || setAside.contains(id),
                    () -> "row " + id + " was acknowledged and is not on " + node + ": " + writer.brief());
        } else if (writer.outcome() == Outcome.FAIL) {
            tally.require(
                    !found.contains(id), () -> "row " + id + " was refused and is on " + node + ": " + writer.brief());
        }
    }

    private static void judgeWhole(Operation operation, Set<Long> found, String node, Verdict.Tally tally) {
        List<Long> ids = idsOf(operation);
        if (ids.size() > 1) {
            long there = ids.stream().filter(found::contains).count();
            tally.require(
                    there == 0 || there == ids.size(),
                    () -> node + " has " + there + " of the " + ids.size() + " rows of " + operation.brief());
        }
    }

    static Map<Long, Operation> writersOf(History history) {
        Map<Long, Operation> writers = new HashMap<>();
        history.stream().forEach(operation -> idsOf(operation).forEach(id -> writers.put(id, operation)));
        return writers;
    }

    static List<Long> idsOf(Operation operation) {
        return operation.steps().stream()
                .filter(step -> step.kind() == Step.Kind.INSERT)
                .map(Step::value)
                .toList();
    }
}
