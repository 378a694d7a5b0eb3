package io.replsqlite.harness.history;

import java.util.List;
import java.util.Locale;

/**
 * What one client asked for in one go and what it was told.
 *
 * @param client one thread, which does one operation after the other
 * @param session what the client carries its token through
 * @param invokedNanos before it was sent; both times by the history's clock
 * @param completedNanos after the client was told
 * @param epoch of the client's token afterwards, 0 if it has none; {@code txid} likewise
 * @param note what the client was told, in words; empty if nothing
 */
public record Operation(
        long number,
        int client,
        long session,
        int node,
        Level level,
        List<Step> steps,
        Outcome outcome,
        long invokedNanos,
        long completedNanos,
        long epoch,
        long txid,
        String note) {
    public Operation {
        steps = List.copyOf(steps);
        if (completedNanos < invokedNanos) {
            throw new IllegalArgumentException("operation " + number + " ended before it began");
        }
    }

    public boolean isOk() {
        return outcome == Outcome.OK;
    }

    /** Whether it leaves a commit, if it happens. */
    public boolean changes() {
        return steps.stream().anyMatch(Step::changes);
    }

    /** For messages: what somebody needs to find it in the file and to understand it. */
    public String brief() {
        return "operation %d (client %d, node%d, %s, %s, %d.%03d to %d.%03d s, epoch %d txid %d) %s%s"
                .formatted(
                        number,
                        client,
                        node,
                        level.name().toLowerCase(Locale.ROOT),
                        outcome.name().toLowerCase(Locale.ROOT),
                        invokedNanos / 1_000_000_000,
                        invokedNanos / 1_000_000 % 1000,
                        completedNanos / 1_000_000_000,
                        completedNanos / 1_000_000 % 1000,
                        epoch,
                        txid,
                        steps,
                        note.isEmpty() ? "" : ": " + note);
    }
}
