package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that append to lists and read them, and the order of each list's elements, which is the order of the
 * list's versions. Finds on the way what no order of transactions can explain.
 */
final class ListHistory {
    /** The writer of one element, and where in its list the transaction stopped appending. */
    record Append(Operation writer, boolean isLastOfWriter) {}

    private final List<Operation> transactions;
    private final Map<String, Map<Long, Append>> appends = new HashMap<>();
    private final Map<String, List<Long>> versions = new TreeMap<>();

    ListHistory(History history, List<ReplicaState> replicas, Verdict.Tally tally) {
        transactions = history.stream().filter(ListHistory::isListTransaction).toList();
        transactions.forEach(this::noteAppends);
        findVersions(replicas);
        transactions.stream().filter(Operation::isOk).forEach(reader -> judgeReads(reader, tally));
        replicas.forEach(replica -> judgeReplica(replica, tally));
    }

    private static boolean isListTransaction(Operation operation) {
        return !operation.steps().isEmpty()
                && operation.steps().stream().allMatch(step -> step.kind() == Step.Kind.APPEND || isListRead(step));
    }

    private static boolean isListRead(Step step) {
        return step.kind() == Step.Kind.READ && step.key().startsWith(ListAppendCheck.KEY_PREFIX);
    }

    private void noteAppends(Operation transaction) {
        Map<String, Long> last = new HashMap<>();
        for (Step step : transaction.steps()) {
            if (step.kind() == Step.Kind.APPEND) {
                last.put(step.key(), step.value());
            }
        }
        for (Step step : transaction.steps()) {
            if (step.kind() == Step.Kind.APPEND) {
                boolean isLast = Objects.equals(last.get(step.key()), step.value());
                appends.computeIfAbsent(step.key(), key -> new HashMap<>())
                        .put(step.value(), new Append(transaction, isLast));
            }
        }
    }

    /** The longest of what anybody has seen of a list; all others must be its beginnings. */
    private void findVersions(List<ReplicaState> replicas) {
        for (Operation transaction : transactions) {
            if (transaction.isOk()) {
                for (Step step : transaction.steps()) {
                    if (step.kind() == Step.Kind.READ) {
                        versions.merge(step.key(), step.values(), ListHistory::longer);
                    }
                }
            }
        }
        for (ReplicaState replica : replicas) {
            replica.lists().forEach((key, list) -> {
                if (appends.containsKey(key)) {
                    versions.merge(key, list, ListHistory::longer);
                }
            });
        }
    }

    private static List<Long> longer(List<Long> one, List<Long> other) {
        return other.size() > one.size() ? other : one;
    }

    private void judgeReads(Operation reader, Verdict.Tally tally) {
        Map<String, List<Long>> own = new HashMap<>();
        for (Step step : reader.steps()) {
            List<Long> appended = own.computeIfAbsent(step.key(), key -> new ArrayList<>());
            if (step.kind() == Step.Kind.APPEND) {
                appended.add(step.value());
                continue;
            }
            tally.require(
                    isBeginning(step.values(), versionOf(step.key())),
                    () -> "incompatible orders of " + step.key() + ": " + step.values() + " is not a beginning of "
                            + versionOf(step.key()) + ": " + reader.brief());
            tally.require(
                    endsWith(step.values(), appended),
                    () -> "a transaction does not see its own appends " + appended + ": " + reader.brief());
            judgeLastSeen(reader, step, tally);
        }
    }

    private void judgeLastSeen(Operation reader, Step read, Verdict.Tally tally) {
        for (long element : read.values()) {
            Append append = appendOf(read.key(), element);
            if (append == null) {
                tally.violation(
                        "element " + element + " of " + read.key() + " was appended by nobody: " + reader.brief());
            } else if (append.writer().outcome() == Outcome.FAIL) {
                tally.violation("G1a, aborted read of " + element + " in " + read.key() + ": " + reader.brief() + " of "
                        + append.writer().brief());
            }
        }
        if (!read.values().isEmpty()) {
            long newest = read.values().get(read.values().size() - 1);
            Append append = appendOf(read.key(), newest);
            tally.require(
                    append == null || append.isLastOfWriter() || append.writer().equals(reader),
                    () -> "G1b, intermediate read of " + newest + " in " + read.key() + ": " + reader.brief());
        }
    }

    private void judgeReplica(ReplicaState replica, Verdict.Tally tally) {
        appends.forEach((key, elements) -> {
            List<Long> found = replica.lists().getOrDefault(key, List.of());
            tally.require(
                    isBeginning(found, versionOf(key))
                            && found.size() == versionOf(key).size(),
                    () -> "list " + key + " of " + replica.node() + " is " + found + ", and " + versionOf(key)
                            + " was read");
            elements.forEach((element, append) -> {
                boolean there = found.contains(element);
                tally.require(
                        append.writer().outcome() != Outcome.OK || there,
                        () -> "lost append of " + element + " to " + key + " on " + replica.node() + ": "
                                + append.writer().brief());
                tally.require(
                        append.writer().outcome() != Outcome.FAIL || !there,
                        () -> "refused append of " + element + " is in " + key + " on " + replica.node() + ": "
                                + append.writer().brief());
            });
        });
    }

    private static boolean isBeginning(List<Long> part, List<Long> whole) {
        return part.size() <= whole.size() && whole.subList(0, part.size()).equals(part);
    }

    private static boolean endsWith(List<Long> list, List<Long> end) {
        return list.size() >= end.size()
                && list.subList(list.size() - end.size(), list.size()).equals(end);
    }

    List<Operation> transactions() {
        return transactions;
    }

    /** All elements of a list in their order; empty if nobody has seen any. */
    List<Long> versionOf(String key) {
        return versions.getOrDefault(key, List.of());
    }

    Map<String, List<Long>> versions() {
        return versions;
    }

    /** Null if nobody has appended it. */
    @Nullable
    Append appendOf(String key, long element) {
        return appends.getOrDefault(key, Map.of()).get(element);
    }
}
