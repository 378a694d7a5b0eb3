package io.replsqlite.route;

import java.util.List;

/** The functions that tell what a connection has written, which must be the client's own connection wherever they run. */
public final class CounterFunctions {
    private static final List<String> NAMES = List.of("LAST_INSERT_ROWID", "CHANGES", "TOTAL_CHANGES");

    /** One of these stands in every name above. */
    private static final List<String> PARTS = List.of("changes", "last_insert_rowid");

    private CounterFunctions() {}

    public static boolean areCalledBy(SqlStatement statement) {
        return NAMES.stream().anyMatch(statement::calls);
    }

    /** The same for any statement of a text; nearly all texts are done with at a glance. */
    public static boolean areCalledIn(String sql) {
        return PARTS.stream().anyMatch(part -> contains(sql, part))
                && SqlStatement.split(sql).stream().anyMatch(CounterFunctions::areCalledBy);
    }

    private static boolean contains(String sql, String part) {
        for (int at = 0; at <= sql.length() - part.length(); at++) {
            if (sql.regionMatches(true, at, part, 0, part.length())) {
                return true;
            }
        }
        return false;
    }
}
