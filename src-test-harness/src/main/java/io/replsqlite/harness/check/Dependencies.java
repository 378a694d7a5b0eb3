package io.replsqlite.harness.check;

import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which transaction must come before which, and why. */
final class Dependencies {
    enum Kind {
        /** The other has overwritten the one. */
        WRITE_WRITE,
        /** The other has read what the one wrote. */
        WRITE_READ,
        /** The other has overwritten what the one read. */
        READ_WRITE
    }

    record Edge(Operation from, Operation to, Kind kind, String key) {}

    private final Map<Operation, Set<Edge>> edges = new HashMap<>();
    private int count;

    Dependencies(ListHistory history) {
        history.versions().forEach((key, version) -> {
            for (int i = 1; i < version.size(); i++) {
                add(
                        writer(history, key, version.get(i - 1)),
                        writer(history, key, version.get(i)),
                        Kind.WRITE_WRITE,
                        key);
            }
        });
        history.transactions().stream().filter(Operation::isOk).forEach(reader -> addReads(history, reader));
    }

    private void addReads(ListHistory history, Operation reader) {
        for (Step step : reader.steps()) {
            if (step.kind() != Step.Kind.READ) {
                continue;
            }
            int seen = seenOfOthers(history, reader, step);
            List<Long> version = history.versionOf(step.key());
            if (seen > 0) {
                add(
                        writer(history, step.key(), step.values().get(seen - 1)),
                        List.of(reader),
                        Kind.WRITE_READ,
                        step.key());
            }
            if (step.values().size() < version.size()) {
                for (Operation next :
                        writer(history, step.key(), version.get(step.values().size()))) {
                    add(List.of(reader), List.of(next), Kind.READ_WRITE, step.key());
                }
            }
        }
    }

    /** How many elements of a read come before the reader's own. */
    private static int seenOfOthers(ListHistory history, Operation reader, Step read) {
        int seen = read.values().size();
        while (seen > 0
                && writer(history, read.key(), read.values().get(seen - 1)).contains(reader)) {
            seen--;
        }
        return seen;
    }

    /** None or one. */
    private static List<Operation> writer(ListHistory history, String key, long element) {
        ListHistory.Append append = history.appendOf(key, element);
        return append == null ? List.of() : List.of(append.writer());
    }

    private void add(List<Operation> from, List<Operation> to, Kind kind, String key) {
        for (Operation one : from) {
            for (Operation other : to) {
                if (!one.equals(other)
                        && edges.computeIfAbsent(one, each -> new LinkedHashSet<>())
                                .add(new Edge(one, other, kind, key))) {
                    count++;
                }
            }
        }
    }

    int count() {
        return count;
    }

    private Set<Edge> from(Operation operation) {
        return edges.getOrDefault(operation, Set.of());
    }

    /** A cycle of edges of these kinds only; empty if there is none. */
    List<Edge> cycleOf(EnumSet<Kind> kinds) {
        for (Operation start : cyclicPart(kinds)) {
            List<Edge> cycle = path(start, start, kinds);
            if (!cycle.isEmpty()) {
                return cycle;
            }
        }
        return List.of();
    }

    /** A cycle with exactly one edge by which a reader comes before an overwriter; empty if there is none. */
    List<Edge> cycleOfOneReadWrite() {
        EnumSet<Kind> others = EnumSet.of(Kind.WRITE_WRITE, Kind.WRITE_READ);
        for (Operation candidate : cyclicPart(EnumSet.allOf(Kind.class))) {
            for (Edge edge : from(candidate)) {
                if (edge.kind() == Kind.READ_WRITE) {
                    List<Edge> back = path(edge.to(), edge.from(), others);
                    if (!back.isEmpty()) {
                        List<Edge> cycle = new ArrayList<>(List.of(edge));
                        cycle.addAll(back);
                        return cycle;
                    }
                }
            }
        }
        return List.of();
    }

    /** What remains when transactions that nothing comes before are taken away again and again, and the other way round. */
    private Set<Operation> cyclicPart(EnumSet<Kind> kinds) {
        Map<Operation, Integer> before = new HashMap<>();
        edges.keySet().forEach(operation -> before.putIfAbsent(operation, 0));
        edges.values()
                .forEach(set -> set.stream()
                        .filter(edge -> kinds.contains(edge.kind()))
                        .forEach(edge -> before.merge(edge.to(), 1, Integer::sum)));
        Deque<Operation> free = new ArrayDeque<>();
        before.forEach((operation, n) -> {
            if (n == 0) {
                free.add(operation);
            }
        });
        Set<Operation> rest = new HashSet<>(before.keySet());
        while (!free.isEmpty()) {
            Operation operation = free.remove();
            rest.remove(operation);
            for (Edge edge : from(operation)) {
                if (kinds.contains(edge.kind()) && before.merge(edge.to(), -1, Integer::sum) == 0) {
                    free.add(edge.to());
                }
            }
        }
        return rest;
    }

    /** The shortest way, of one edge at least; empty if there is none. */
    private List<Edge> path(Operation start, Operation goal, EnumSet<Kind> kinds) {
        Map<Operation, Edge> reachedBy = new HashMap<>();
        Deque<Operation> next = new ArrayDeque<>(List.of(start));
        while (!next.isEmpty()) {
            for (Edge edge : from(next.remove())) {
                if (kinds.contains(edge.kind()) && !reachedBy.containsKey(edge.to())) {
                    reachedBy.put(edge.to(), edge);
                    if (edge.to().equals(goal)) {
                        return walkBack(start, goal, reachedBy);
                    }
                    next.add(edge.to());
                }
            }
        }
        return List.of();
    }

    private static List<Edge> walkBack(Operation start, Operation goal, Map<Operation, Edge> reachedBy) {
        List<Edge> path = new ArrayList<>();
        Operation at = goal;
        do {
            Edge edge = Objects.requireNonNull(reachedBy.get(at));
            path.add(edge);
            at = edge.from();
        } while (!at.equals(start));
        Collections.reverse(path);
        return path;
    }
}
