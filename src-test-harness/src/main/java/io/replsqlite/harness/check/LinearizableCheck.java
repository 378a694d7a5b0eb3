package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Registers that are read at level linearizable behave as if there were one copy of each: for every key there is an order
 * of its operations that agrees with real time and with every answer. Keys are independent, so each is searched alone.
 */
public final class LinearizableCheck {
    public static final String NAME = "linearizable registers";

    /** What a key has before anybody writes it. */
    public static final long INITIAL = 0;

    /** Configurations remembered for one key; a few hundred operations with a handful of clients need far fewer. */
    private static final int CONFIGURATION_LIMIT = 400_000;

    private LinearizableCheck() {}

    public static Verdict check(History history, List<ReplicaState> replicas, long required) {
        return check(history, replicas, required, CONFIGURATION_LIMIT);
    }

    static Verdict check(History history, List<ReplicaState> replicas, long required, int configurationLimit) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Map<String, List<RegisterOperation>> byKey = history.stream()
                .filter(LinearizableCheck::counts)
                .collect(Collectors.groupingBy(
                        operation -> operation.steps().get(0).key(),
                        TreeMap::new,
                        Collectors.mapping(RegisterOperation::of, Collectors.toList())));
        byKey.forEach((key, operations) -> {
            List<RegisterOperation> all = new ArrayList<>(operations);
            replicas.forEach(replica -> all.add(lastRead(key, replica)));
            search(key, all, configurationLimit, tally);
        });
        return tally.verdict();
    }

    private static boolean counts(Operation operation) {
        if (operation.level() != Level.LINEARIZABLE || operation.steps().size() != 1) {
            return false;
        }
        Step step = operation.steps().get(0);
        boolean register = switch (step.kind()) {
            case READ -> !step.key().equals(Heads.KEY) && step.values().size() == 1;
            case WRITE, COMPARE_AND_SET -> true;
            default -> false;
        };
        // What failed did not happen; a read that nobody was told of says nothing.
        return register && operation.outcome() != Outcome.FAIL && (operation.isOk() || step.kind() != Step.Kind.READ);
    }

    /** What a replica holds in the end is one more read. */
    private static RegisterOperation lastRead(String key, ReplicaState replica) {
        long found = replica.registers().getOrDefault(key, INITIAL);
        return new RegisterOperation(
                Step.read(key, List.of(found)),
                true,
                Long.MAX_VALUE - 2,
                Long.MAX_VALUE - 1,
                "the last state of " + replica.node() + ", " + found);
    }

    private static void search(
            String key, List<RegisterOperation> operations, int configurationLimit, Verdict.Tally tally) {
        LinearizationSearch search = new LinearizationSearch(operations, INITIAL, configurationLimit);
        tally.examined(operations.size());
        switch (search.run()) {
            case FOUND -> {}
            case IMPOSSIBLE ->
                tally.violation("no order explains register " + key + "; there is no place for " + search.stuckAt());
            case TOO_MANY ->
                tally.violation("the search for an order of the " + operations.size() + " operations on register " + key
                        + " was given up after " + configurationLimit + " configurations");
        }
    }
}
