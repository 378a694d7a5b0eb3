package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A read under a bound sees every row that was acknowledged longer before it than the bound; a linearizable one every
 * row that was acknowledged before it. Reads are {@link Heads}.
 */
public final class StalenessCheck {
    public static final String NAME = "bounded staleness";

    private StalenessCheck() {}

    /** @param boundNanos of the reads at level bounded */
    public static Verdict check(History history, long boundNanos, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Map<String, NavigableMap<Long, Long>> acknowledged = acknowledgedHeads(history);
        history.stream()
                .filter(operation -> operation.isOk() && Heads.isReadOf(operation))
                .forEach(read -> judge(read, boundNanos, acknowledged, tally));
        return tally.verdict();
    }

    /** By client: when which id was acknowledged at the latest. */
    private static Map<String, NavigableMap<Long, Long>> acknowledgedHeads(History history) {
        Map<String, NavigableMap<Long, Long>> heads = new HashMap<>();
        history.stream().filter(Operation::isOk).forEach(operation -> {
            for (Step step : operation.steps()) {
                if (step.kind() == Step.Kind.INSERT) {
                    heads.computeIfAbsent(step.key(), key -> new TreeMap<>())
                            .merge(operation.completedNanos(), step.value(), Math::max);
                }
            }
        });
        return heads;
    }

    private static void judge(
            Operation read, long boundNanos, Map<String, NavigableMap<Long, Long>> acknowledged, Verdict.Tally tally) {
        if (read.level() != Level.BOUNDED && read.level() != Level.LINEARIZABLE) {
            return;
        }
        long before = read.level() == Level.BOUNDED ? read.invokedNanos() - boundNanos : read.invokedNanos();
        Map<String, Long> found = Heads.of(read);
        acknowledged.forEach((client, heads) -> {
            Map.Entry<Long, Long> newest = heads.lowerEntry(before);
            if (newest != null) {
                tally.require(
                        found.getOrDefault(client, 0L) >= newest.getValue(),
                        () -> read.brief() + " does not see row " + newest.getValue() + " of " + client
                                + ", acknowledged " + (read.invokedNanos() - newest.getKey()) / 1_000_000
                                + " ms before");
            }
        });
    }
}
