package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Operation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One history: whoever wrote after another had been acknowledged has the later position. An old primary that still
 * acknowledges after the next one has begun, and two commits under one txid, are found by that.
 */
public final class PositionCheck {
    public static final String NAME = "one history of epochs";

    private PositionCheck() {}

    /** @param lossAllowed whether a later epoch may begin below what an earlier one had acknowledged */
    public static Verdict check(History history, boolean lossAllowed, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        List<Operation> writes = history.stream()
                .filter(operation -> operation.isOk() && operation.changes() && operation.epoch() > 0)
                .toList();
        inRealTime(writes, lossAllowed, tally);
        if (!lossAllowed) {
            oneEpochEach(writes, tally);
        }
        return tally.verdict();
    }

    /** The highest position that was acknowledged before each write began. */
    private static void inRealTime(List<Operation> writes, boolean lossAllowed, Verdict.Tally tally) {
        List<Operation> byEnd = writes.stream()
                .sorted(Comparator.comparingLong(Operation::completedNanos))
                .toList();
        List<Operation> byBegin = writes.stream()
                .sorted(Comparator.comparingLong(Operation::invokedNanos))
                .toList();
        Operation highest = null;
        int ended = 0;
        for (Operation write : byBegin) {
            while (ended < byEnd.size() && byEnd.get(ended).completedNanos() < write.invokedNanos()) {
                highest = higher(highest, byEnd.get(ended++));
            }
            Operation before = highest;
            if (before != null) {
                tally.require(
                        follows(write, before, lossAllowed),
                        () -> write.brief() + " was acknowledged below what had been before it: " + before.brief());
            }
        }
    }

    private static Operation higher(@Nullable Operation one, Operation other) {
        return one == null || other.epoch() > one.epoch() || (other.epoch() == one.epoch() && other.txid() > one.txid())
                ? other
                : one;
    }

    private static boolean follows(Operation write, Operation before, boolean lossAllowed) {
        if (write.epoch() != before.epoch()) {
            return write.epoch() > before.epoch() && (lossAllowed || write.txid() > before.txid());
        }
        return write.txid() > before.txid();
    }

    private static void oneEpochEach(List<Operation> writes, Verdict.Tally tally) {
        Map<Long, Operation> first = new HashMap<>();
        for (Operation write : writes) {
            Operation other = first.putIfAbsent(write.txid(), write);
            if (other != null) {
                tally.require(
                        other.epoch() == write.epoch(),
                        () -> "one txid in two epochs: " + other.brief() + " and " + write.brief());
            }
        }
    }
}
