package io.replsqlite.server.execute;

import io.replsqlite.route.CounterFunctions;
import io.replsqlite.route.SqlStatement;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of an SQL text by its words alone. Programs send the same texts again and again, so it is remembered: a
 * look at a text costs as much as SQLite's own execution of a small insert. Immutable.
 *
 * @param statement the first one in the text
 * @param refusal why it may not run, null if it may
 * @param changesRows whether it does nothing but change rows, so that it may have neighbours in its transaction
 * @param isInsert whether it adds rows by its own words
 * @param isUpsert whether it may update where it says INSERT
 * @param isReusable whether it stays right, compiled, after it has run
 */
record StatementText(
        SqlStatement statement,
        @Nullable String refusal,
        boolean changesRows,
        boolean isInsert,
        boolean isUpsert,
        boolean isReusable) {
    private static final int MAX_REMEMBERED = 2_000;
    private static final int MAX_REMEMBERED_CHARACTERS = 4_000;
    private static final ConcurrentHashMap<String, StatementText> REMEMBERED = new ConcurrentHashMap<>();

    /** From any thread. */
    static StatementText of(String sql) {
        StatementText known = REMEMBERED.get(sql);
        return known != null ? known : lookAt(sql);
    }

    private static StatementText lookAt(String sql) {
        SqlStatement statement = SqlStatement.first(sql);
        boolean isInsert = statement.isInsert();
        StatementText text = new StatementText(
                statement,
                RequestRules.refusal(sql),
                changesRows(statement),
                isInsert,
                isInsert && statement.hasWord("CONFLICT"),
                isReusable(statement));
        if (sql.length() <= MAX_REMEMBERED_CHARACTERS) {
            if (REMEMBERED.size() >= MAX_REMEMBERED) {
                REMEMBERED.clear(); // texts with values in them come once; those that come again are soon back
            }
            REMEMBERED.put(sql, text);
        }
        return text;
    }

    String firstWord() {
        return statement.firstWord();
    }

    /** The counters answer for the connection, on which a neighbour has just written. */
    private static boolean changesRows(SqlStatement statement) {
        return switch (statement.firstWord()) {
            case "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH" ->
                !statement.hasWord("ROLLBACK") && !CounterFunctions.areCalledBy(statement);
            default -> false;
        };
    }

    /** What returns rows has metadata that could go stale. */
    private static boolean isReusable(SqlStatement statement) {
        return switch (statement.firstWord()) {
            case "INSERT", "REPLACE", "UPDATE", "DELETE" -> !statement.hasWord("RETURNING");
            default -> false;
        };
    }
}
