package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Read your writes, and monotonic reads, of each session across nodes and failovers. A read tells the highest id that
 * each client's rows have ({@link Heads}); a client's ids only grow.
 */
public final class SessionCheck {
    public static final String NAME = "session: own writes, never backwards";

    private SessionCheck() {}

    public static Verdict check(History history, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Map<Long, List<Operation>> sessions = history.stream()
                .filter(operation ->
                        operation.isOk() && (operation.level() == Level.SESSION || operation.level() == Level.WRITE))
                .collect(Collectors.groupingBy(Operation::session));
        sessions.values().forEach(operations -> follow(operations, tally));
        return tally.verdict();
    }

    private static void follow(List<Operation> operations, Verdict.Tally tally) {
        Map<String, Long> known = new HashMap<>();
        Map<String, String> from = new HashMap<>();
        for (Operation operation : operations) {
            Map<String, Long> heads = Heads.of(operation);
            if (operation.level() == Level.SESSION && !heads.isEmpty()) {
                known.forEach((client, head) -> tally.require(
                        heads.getOrDefault(client, 0L) >= head,
                        () -> operation.brief() + " does not see row " + head + " of " + client + ", known from "
                                + from.get(client)));
                heads.forEach((client, head) -> note(client, head, operation, known, from));
            }
            for (Step step : operation.steps()) {
                if (step.kind() == Step.Kind.INSERT) {
                    note(step.key(), step.value(), operation, known, from);
                }
            }
        }
    }

    private static void note(
            String client, long head, Operation operation, Map<String, Long> known, Map<String, String> from) {
        if (head > known.getOrDefault(client, 0L)) {
            known.put(client, head);
            from.put(client, "operation " + operation.number());
        }
    }
}
