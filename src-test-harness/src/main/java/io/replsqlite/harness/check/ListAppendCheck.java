package io.replsqlite.harness.check;

import io.replsqlite.harness.check.Dependencies.Edge;
import io.replsqlite.harness.check.Dependencies.Kind;
import io.replsqlite.harness.history.History;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Transactions over lists are serializable. Who reads a list sees in which order it was written, so that the history
 * itself tells which transaction came before which; a cycle is an anomaly and has a name.
 *
 * <p>G0: a cycle of overwriting. G1a: something read that was rolled back. G1b: a state in the middle of a transaction
 * read. G1c: a cycle of overwriting and reading. G-single: a cycle with one read of something that was then overwritten
 * (read skew, lost update). G2: with several (write skew).
 */
public final class ListAppendCheck {
    public static final String NAME = "serializable transactions";

    /** Of the keys of all lists. */
    public static final String KEY_PREFIX = "list";

    private ListAppendCheck() {}

    public static Verdict check(History history, List<ReplicaState> replicas, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Dependencies dependencies = new Dependencies(new ListHistory(history, replicas, tally));
        tally.examined(dependencies.count());
        findCycle(dependencies, tally);
        return tally.verdict();
    }

    /** The worst only: every cycle of a stricter kind is one of the laxer kinds too. */
    private static void findCycle(Dependencies dependencies, Verdict.Tally tally) {
        List<Edge> g0 = dependencies.cycleOf(EnumSet.of(Kind.WRITE_WRITE));
        if (!g0.isEmpty()) {
            tally.violation("G0, " + text(g0));
            return;
        }
        List<Edge> g1c = dependencies.cycleOf(EnumSet.of(Kind.WRITE_WRITE, Kind.WRITE_READ));
        if (!g1c.isEmpty()) {
            tally.violation("G1c, " + text(g1c));
            return;
        }
        List<Edge> single = dependencies.cycleOfOneReadWrite();
        if (!single.isEmpty()) {
            tally.violation("G-single, " + text(single));
            return;
        }
        List<Edge> g2 = dependencies.cycleOf(EnumSet.allOf(Kind.class));
        if (!g2.isEmpty()) {
            tally.violation("G2, " + text(g2));
        }
    }

    private static String text(List<Edge> cycle) {
        return cycle.stream()
                .map(edge -> edge.from().brief() + " comes before (" + edge.key() + ", "
                        + edge.kind().name().toLowerCase(Locale.ROOT).replace('_', '-') + ") "
                        + edge.to().brief())
                .collect(Collectors.joining(", and "));
    }
}
