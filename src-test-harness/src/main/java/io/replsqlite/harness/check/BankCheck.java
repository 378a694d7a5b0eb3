package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Step;
import java.util.Collection;
import java.util.List;

/** Money moves and is neither made nor lost: every read of all balances, and every replica, has the same total. */
public final class BankCheck {
    public static final String NAME = "bank total";
    public static final String KEY = "bank";

    private BankCheck() {}

    public static Verdict check(History history, List<ReplicaState> replicas, long total, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        history.stream().filter(Operation::isOk).forEach(operation -> {
            for (Step step : operation.steps()) {
                if (step.kind() == Step.Kind.READ && step.key().equals(KEY)) {
                    judge(step.values(), total, operation.brief(), tally);
                }
            }
        });
        replicas.forEach(replica -> judge(replica.balances().values(), total, replica.node(), tally));
        return tally.verdict();
    }

    private static void judge(Collection<Long> balances, long total, String where, Verdict.Tally tally) {
        long sum = balances.stream().mapToLong(Long::longValue).sum();
        tally.require(sum == total, () -> "a total of " + sum + " in place of " + total + ": " + where);
        tally.require(balances.stream().allMatch(balance -> balance >= 0), () -> "an overdrawn account: " + where);
    }
}
