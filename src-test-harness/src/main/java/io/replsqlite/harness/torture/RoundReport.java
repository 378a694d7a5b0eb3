package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.Verdict;
import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one round did and found.
 *
 * @param faults each with whom it met
 * @param setAside transactions that lost primaries had and kept, over the whole run
 */
record RoundReport(
        int round, long seconds, List<Fault> faults, Answers answers, List<Verdict> verdicts, long setAside) {
    static final String NOT_POSSIBLE = "not possible: ";

    /**
     * What is left of a history once it is judged: a long run would not find room for all of them.
     *
     * @param counts by outcome
     * @param epochs in which writes were acknowledged
     * @param unclassified with their SQLState, as often as clients were told them
     */
    record Answers(Map<Outcome, Long> counts, NavigableSet<Long> epochs, List<String> unclassified) {
        static Answers of(History history) {
            Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                counts.put(outcome, history.count(outcome));
            }
            NavigableSet<Long> epochs = history.stream()
                    .filter(operation -> operation.isOk() && operation.changes() && operation.epoch() > 0)
                    .map(Operation::epoch)
                    .collect(Collectors.toCollection(TreeSet::new));
            List<String> unclassified = history.stream()
                    .map(Operation::note)
                    .filter(note -> note.startsWith(Telling.UNCLASSIFIED))
                    .toList();
            return new Answers(counts, epochs, unclassified);
        }

        long count(Outcome outcome) {
            return counts.getOrDefault(outcome, 0L);
        }
    }

    /** @param beganNanos since the round's history began, as are the times of its operations */
    record Fault(String word, String detail, long beganNanos, long healedNanos) {
        /** What could not be done has proven nothing, and the report says so. */
        boolean wasPossible() {
            return !detail.startsWith(NOT_POSSIBLE);
        }

        String counted() {
            return wasPossible() ? word : word + ", not possible";
        }

        String text() {
            return "%s (%s) from %d to %d ms".formatted(word, detail, beganNanos / 1_000_000, healedNanos / 1_000_000);
        }
    }

    RoundReport {
        faults = List.copyOf(faults);
        verdicts = List.copyOf(verdicts);
    }

    boolean passed() {
        return verdicts.stream().allMatch(Verdict::passed);
    }

    boolean judged(String check) {
        return verdicts.stream()
                .anyMatch(verdict ->
                        verdict.check().equals(check) && verdict.excuse().isEmpty());
    }

    List<String> failures() {
        return verdicts.stream()
                .filter(verdict -> !verdict.passed())
                .map(Verdict::text)
                .toList();
    }
}
