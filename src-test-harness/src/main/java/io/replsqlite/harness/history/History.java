package io.replsqlite.harness.history;

import java.util.List;
import java.util.stream.Stream;

/** Operations in the order in which they ended. */
public record History(List<Operation> operations) {
    public History {
        operations = List.copyOf(operations);
    }

    public int size() {
        return operations.size();
    }

    public Stream<Operation> stream() {
        return operations.stream();
    }

    public long count(Outcome outcome) {
        return stream().filter(operation -> operation.outcome() == outcome).count();
    }
}
