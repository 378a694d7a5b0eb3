package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.Verdict;
import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Operation;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one round did and found.
 *
 * @param faults each with whom it met
 * @param setAside transactions that lost primaries had and kept, over the whole run
 */
record RoundReport(
        int round, long seconds, List<Fault> faults, History history, List<Verdict> verdicts, long setAside) {
    static final String NOT_POSSIBLE = "not possible: ";

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

    /** In which writes were acknowledged. */
    NavigableSet<Long> epochs() {
        return history.stream()
                .filter(operation -> operation.isOk() && operation.changes() && operation.epoch() > 0)
                .map(Operation::epoch)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** With their SQLState, as often as clients were told them. */
    Stream<String> unclassified() {
        return history.stream().map(Operation::note).filter(note -> note.startsWith(Telling.UNCLASSIFIED));
    }

    List<String> failures() {
        return verdicts.stream()
                .filter(verdict -> !verdict.passed())
                .map(Verdict::text)
                .toList();
    }
}
