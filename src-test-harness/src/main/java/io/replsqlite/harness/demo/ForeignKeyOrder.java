package io.replsqlite.harness.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sorts tables so that each comes after every other table it refers to; a table may refer to itself. */
final class ForeignKeyOrder {
    private ForeignKeyOrder() {}

    /** @throws IllegalArgumentException if tables refer to each other in a ring, or to one that is not given */
    static List<TableDefinition> of(List<TableDefinition> tables) {
        List<TableDefinition> left = new ArrayList<>(tables);
        List<TableDefinition> sorted = new ArrayList<>();
        Set<String> placed = new HashSet<>();
        while (!left.isEmpty()) {
            List<TableDefinition> ready =
                    left.stream().filter(table -> isReady(table, placed)).toList();
            if (ready.isEmpty()) {
                throw new IllegalArgumentException("no foreign-key order exists for "
                        + left.stream().map(TableDefinition::name).toList());
            }
            ready.forEach(table -> placed.add(table.name()));
            sorted.addAll(ready);
            left.removeAll(ready);
        }
        return sorted;
    }

    private static boolean isReady(TableDefinition table, Set<String> placed) {
        return table.foreignKeys().stream()
                .map(TableDefinition.ForeignKey::referencedTable)
                .allMatch(referenced -> referenced.equals(table.name()) || placed.contains(referenced));
    }
}
