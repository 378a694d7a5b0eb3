package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.Verdict;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.torture.RoundReport.Fault;
import io.replsqlite.harness.torture.Torture.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a run did and found.
 *
 * @param operations by what the clients were told
 * @param failovers how often another tenure's writes were acknowledged
 * @param faults how often each was injected, or was not possible
 * @param examined by check, how many facts it looked at in all rounds
 * @param setAside transactions that lost primaries had and kept
 * @param unclassified answers that {@code docs/errors.md} does not know
 * @param unclassifiedExamples the first few of them that differ, with their SQLState
 * @param violations in words, with their rounds; none if all is well
 */
public record TortureReport(
        Plan plan,
        int rounds,
        Map<Outcome, Long> operations,
        long failovers,
        Map<String, Long> faults,
        Map<String, Long> examined,
        long setAside,
        long unclassified,
        List<String> unclassifiedExamples,
        List<String> violations) {
    /** On average, for every check. */
    private static final long FACTS_PER_ROUND = 3;

    private static final int EXAMPLES = 8;

    /** @param stuck why the last round did not come to its end; null if it did */
    static TortureReport of(Plan plan, List<RoundReport> reports, @Nullable String stuck) {
        Map<Outcome, Long> operations = new TreeMap<>();
        Map<String, Long> faults = new TreeMap<>();
        Map<String, Long> examined = new LinkedHashMap<>();
        NavigableSet<Long> epochs = new TreeSet<>();
        List<String> violations = new ArrayList<>();
        for (RoundReport report : reports) {
            for (Outcome outcome : Outcome.values()) {
                operations.merge(outcome, report.answers().count(outcome), Long::sum);
            }
            report.faults().forEach(fault -> faults.merge(fault.counted(), 1L, Long::sum));
            report.verdicts().forEach(verdict -> examined.merge(verdict.check(), verdict.examined(), Long::sum));
            epochs.addAll(report.answers().epochs());
            report.failures()
                    .forEach(text -> violations.add("round " + report.round() + " "
                            + report.faults().stream().map(Fault::text).toList() + ": " + text));
        }
        if (stuck != null) {
            violations.add(stuck);
        }
        judgeExtent(reports, examined, violations);
        long setAside = reports.isEmpty() ? 0 : reports.get(reports.size() - 1).setAside();
        List<String> unclassified = reports.stream()
                .flatMap(report -> report.answers().unclassified().stream())
                .toList();
        return new TortureReport(
                plan,
                reports.size(),
                operations,
                Math.max(0, epochs.size() - 1),
                faults,
                examined,
                setAside,
                unclassified.size(),
                unclassified.stream().distinct().limit(EXAMPLES).toList(),
                violations);
    }

    /** A run that did nothing or saw nothing has proven nothing. */
    private static void judgeExtent(List<RoundReport> reports, Map<String, Long> examined, List<String> violations) {
        if (reports.stream().flatMap(report -> report.faults().stream()).noneMatch(Fault::wasPossible)) {
            violations.add("no fault was injected, so nothing was proven");
        }
        examined.forEach((check, facts) -> {
            long judged =
                    reports.stream().filter(report -> report.judged(check)).count();
            if (facts < judged * FACTS_PER_ROUND) {
                violations.add("%s: only %d facts in %d rounds, so nothing was proven".formatted(check, facts, judged));
            }
        });
    }

    public boolean passed() {
        return violations.isEmpty();
    }

    public long operationCount() {
        return operations.values().stream().mapToLong(Long::longValue).sum();
    }

    /** One round, for people who watch. */
    static String line(RoundReport report) {
        return "round %d, %d s, %s: %d ok, %d refused, %d unknown, epochs %s: %s"
                .formatted(
                        report.round(),
                        report.seconds(),
                        report.faults().stream().map(Fault::text).toList(),
                        report.answers().count(Outcome.OK),
                        report.answers().count(Outcome.FAIL),
                        report.answers().count(Outcome.UNKNOWN),
                        report.answers().epochs(),
                        report.passed()
                                ? "all "
                                        + report.verdicts().stream()
                                                .filter(Verdict::passed)
                                                .count() + " checks hold"
                                : String.join("\n  ", report.failures()));
    }
}
