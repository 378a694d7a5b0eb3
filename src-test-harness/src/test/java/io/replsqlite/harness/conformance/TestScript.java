package io.replsqlite.harness.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * A script of SQLite's sqllogictest: records separated by empty lines. Of a record, only what SQLite is to run is kept;
 * its expected results are not needed where two runs are compared.
 *
 * <pre>
 * skipif DATABASE | onlyif DATABASE     the next record is not for DATABASE, or for it alone
 * statement ok | statement error        SQL in the following lines
 * query TYPES SORT [LABEL]              SQL up to the line ----, then the expected result
 * halt                                  the script ends here
 * hash-threshold N                      of no concern here
 * # comment
 * </pre>
 */
record TestScript(String name, List<Entry> entries) {
    /** @param isQuery whether the script says that it answers rows */
    record Entry(String sql, boolean isQuery) {}

    static TestScript parse(String name, List<String> lines) {
        return new TestScript(name, new Parser(lines).entries());
    }

    private static final class Parser {
        private final List<String> lines;
        private final List<Entry> entries = new ArrayList<>();
        private int at;
        private boolean skips;

        Parser(List<String> lines) {
            this.lines = lines;
        }

        List<Entry> entries() {
            while (at < lines.size()) {
                String[] words = lines.get(at++).trim().split("\\s+");
                if (words[0].equals("halt") && !skips) {
                    break;
                }
                read(words);
            }
            return List.copyOf(entries);
        }

        private void read(String[] words) {
            switch (words[0]) {
                case "skipif" -> skips |= words[1].equals("sqlite");
                case "onlyif" -> skips |= !words[1].equals("sqlite");
                case "statement", "query" -> {
                    String sql = sql();
                    if (!skips) {
                        entries.add(new Entry(sql, words[0].equals("query")));
                    }
                    skips = false;
                }
                case "halt" -> skips = false;
                default -> {
                    // comments, empty lines, hash-threshold, and expected results, which no record's word begins
                }
            }
        }

        private String sql() {
            StringBuilder sql = new StringBuilder();
            while (at < lines.size()
                    && !lines.get(at).isBlank()
                    && !lines.get(at).equals("----")) {
                sql.append(sql.isEmpty() ? "" : "\n").append(lines.get(at++));
            }
            while (at < lines.size() && !lines.get(at).isBlank()) {
                at++;
            }
            return sql.toString();
        }
    }
}
