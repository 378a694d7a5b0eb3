package io.replsqlite.harness.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** One table, as SQLite shall have it. Every name is quoted in the SQL it yields. */
public record TableDefinition(
        String name, List<Column> columns, List<String> primaryKey, List<ForeignKey> foreignKeys) {

    /** SQLite's declared type decides the affinity, so it is one of INTEGER, TEXT, NUMERIC. */
    public record Column(String name, String sqliteType, boolean nullable) {
        private String declaration() {
            return quoted(name) + " " + sqliteType + (nullable ? "" : " NOT NULL");
        }
    }

    public record ForeignKey(String column, String referencedTable, String referencedColumn) {
        private String declaration() {
            return "FOREIGN KEY (" + quoted(column) + ") REFERENCES " + quoted(referencedTable) + " ("
                    + quoted(referencedColumn) + ")";
        }
    }

    public TableDefinition {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        foreignKeys = List.copyOf(foreignKeys);
        if (columns.isEmpty() || primaryKey.isEmpty()) {
            throw new IllegalArgumentException("table " + name + " needs columns and a primary key");
        }
    }

    public String createStatement() {
        List<String> parts = new ArrayList<>();
        columns.forEach(column -> parts.add(column.declaration()));
        parts.add("PRIMARY KEY (" + quotedList(primaryKey) + ")");
        foreignKeys.forEach(key -> parts.add(key.declaration()));
        return "CREATE TABLE " + quoted(name) + " (\n  " + String.join(",\n  ", parts) + "\n)";
    }

    /** An INSERT of {@code rows} rows at once, with one parameter for every column of every row. */
    public String insertStatement(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("an INSERT has at least one row, not " + rows);
        }
        String row = "(" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        List<String> names = columns.stream().map(Column::name).toList();
        return "INSERT INTO " + quoted(name) + " (" + quotedList(names) + ") VALUES "
                + String.join(", ", Collections.nCopies(rows, row));
    }

    public String countStatement() {
        return "SELECT count(*) FROM " + quoted(name);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static String quotedList(List<String> names) {
        return names.stream().map(TableDefinition::quoted).collect(Collectors.joining(", "));
    }
}
