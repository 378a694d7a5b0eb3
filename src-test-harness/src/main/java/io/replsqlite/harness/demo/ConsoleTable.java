package io.replsqlite.harness.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of text for people: columns aligned, numbers to the right. A cell counts as a number if it is digits with
 * separators, an optional sign before and an optional unit after.
 */
public final class ConsoleTable {
    private static final String GAP = "  ";

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    public ConsoleTable(String... head) {
        if (head.length == 0) {
            throw new IllegalArgumentException("a table has at least one column");
        }
        this.head = List.of(head);
    }

    public ConsoleTable row(List<String> cells) {
        if (cells.size() != head.size()) {
            throw new IllegalArgumentException("the table has " + head.size() + " columns, the row " + cells);
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    public ConsoleTable row(String... cells) {
        return row(List.of(cells));
    }

    /** Lines without trailing blanks: head, rule, rows. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(head));
        lines.add(String.join(GAP, rules()));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    @Override
    public String toString() {
        return String.join("\n", lines());
    }

    private List<String> rules() {
        List<String> rules = new ArrayList<>();
        for (int column = 0; column < head.size(); column++) {
            rules.add("-".repeat(width(column)));
        }
        return rules;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(width(column) - length(cell));
            line.append(column == 0 ? "" : GAP);
            line.append(isNumeric(column) ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int widest = length(head.get(column));
        for (List<String> row : rows) {
            widest = Math.max(widest, length(row.get(column)));
        }
        return widest;
    }

    private boolean isNumeric(int column) {
        return !rows.isEmpty()
                && rows.stream().allMatch(row -> row.get(column).matches("[-+]?\\d[\\d.,_]*( ?\\p{L}{1,3}|%)?"));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
