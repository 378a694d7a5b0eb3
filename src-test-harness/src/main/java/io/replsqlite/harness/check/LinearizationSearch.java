package io.replsqlite.harness.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for an order of the operations on one register that agrees with real time and with every answer: Wing and Gong's
 * search, which goes back where it gets stuck, with Lowe's memory of the configurations that led nowhere.
 *
 * <p>Beginnings and ends of operations are a list in the order of time. An operation that is placed in the order leaves
 * the list; an end at the front of the list belongs to one that should have been placed by now.
 */
final class LinearizationSearch {
    /** Beginning or end of an operation, in a ring; {@code end} of a beginning is where its operation ends. */
    private static final class Event {
        private final int operation;
        private final boolean isBegin;
        private Event previous = this;
        private Event next = this;
        private Event end = this;

        Event(int operation, boolean isBegin) {
            this.operation = operation;
            this.isBegin = isBegin;
        }

        void remove() {
            previous.next = next;
            next.previous = previous;
        }

        void putBack() {
            previous.next = this;
            next.previous = this;
        }
    }

    /** Which operations are placed and what the register then has: all that the rest of the search depends on. */
    private record Configuration(BitSet placed, long value) {}

    private record Placed(Event begin, long valueBefore) {}

    enum Result {
        FOUND,
        IMPOSSIBLE,
        /** Neither: the search was given up. */
        TOO_MANY
    }

    private final List<RegisterOperation> operations;
    private final int configurationLimit;
    private final Event head = new Event(-1, true);
    private final BitSet placed = new BitSet();
    private final Deque<Placed> order = new ArrayDeque<>();
    private final Set<Configuration> seen = new HashSet<>();
    private long value;
    private int mostPlaced = -1;
    private String stuckAt = "";

    LinearizationSearch(List<RegisterOperation> operations, long initial, int configurationLimit) {
        this.operations = operations;
        this.value = initial;
        this.configurationLimit = configurationLimit;
        link();
    }

    private record Moment(long nanos, boolean isBegin, int operation) {}

    private void link() {
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            moments.add(new Moment(operations.get(i).fromNanos(), true, i));
            moments.add(new Moment(operations.get(i).untilNanos(), false, i));
        }
        // At one instant beginnings come first: the two then count as overlapping.
        moments.sort(Comparator.comparingLong(Moment::nanos).thenComparing(moment -> !moment.isBegin()));
        Event[] begins = new Event[operations.size()];
        Event last = head;
        for (Moment moment : moments) {
            Event event = new Event(moment.operation(), moment.isBegin());
            if (moment.isBegin()) {
                begins[moment.operation()] = event;
            } else {
                begins[moment.operation()].end = event;
            }
            event.previous = last;
            last.next = event;
            last = event;
        }
        last.next = head;
        head.previous = last;
    }

    Result run() {
        Event event = head.next;
        while (head.next != head) {
            if (event.isBegin && event != head) {
                event = place(event) ? head.next : event.next;
                if (seen.size() > configurationLimit) {
                    return Result.TOO_MANY;
                }
            } else {
                noteStuck(event);
                if (order.isEmpty()) {
                    return Result.IMPOSSIBLE;
                }
                event = takeBack().next;
            }
        }
        return Result.FOUND;
    }

    private boolean place(Event begin) {
        RegisterOperation operation = operations.get(begin.operation);
        if (!operation.isPossible(value)) {
            return false;
        }
        placed.set(begin.operation);
        long after = operation.apply(value);
        if (!seen.add(new Configuration((BitSet) placed.clone(), after))) {
            placed.clear(begin.operation);
            return false;
        }
        order.push(new Placed(begin, value));
        value = after;
        begin.remove();
        begin.end.remove();
        return true;
    }

    private Event takeBack() {
        Placed last = order.pop();
        value = last.valueBefore();
        placed.clear(last.begin().operation);
        last.begin().end.putBack();
        last.begin().putBack();
        return last.begin();
    }

    private void noteStuck(Event end) {
        if (order.size() > mostPlaced && end != head) {
            mostPlaced = order.size();
            stuckAt = operations.get(end.operation).brief() + " while the register had " + value;
        }
    }

    /** The operation for which there was no place in the longest order that was found. */
    String stuckAt() {
        return stuckAt;
    }
}
