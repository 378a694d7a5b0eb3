package io.replsqlite.route;

import io.replsqlite.route.SqlScanner.Token;

/** BEGIN, COMMIT, ROLLBACK and the savepoint commands as text. */
public sealed interface TransactionCommand {
    record Begin() implements TransactionCommand {}

    record Commit() implements TransactionCommand {}

    record Rollback() implements TransactionCommand {}

    record Savepoint(String name) implements TransactionCommand {}

    record Release(String name) implements TransactionCommand {}

    record RollbackTo(String name) implements TransactionCommand {}

    /** @param statement one that the classifier takes for transaction control */
    static TransactionCommand of(SqlStatement statement) {
        String name = nameAtTheEnd(statement.text());
        return switch (statement.firstWord()) {
            case "BEGIN" -> new Begin();
            case "COMMIT", "END" -> new Commit();
            case "SAVEPOINT" -> new Savepoint(name);
            case "RELEASE" -> new Release(name);
            case "ROLLBACK" -> statement.words().contains("TO") ? new RollbackTo(name) : new Rollback();
            default -> throw new IllegalArgumentException("not transaction control: " + statement.text());
        };
    }

    /** A savepoint's name is always the last word. */
    private static String nameAtTheEnd(String sql) {
        SqlScanner scanner = new SqlScanner(sql);
        String name = "";
        for (Token token = scanner.next(); token != Token.END; token = scanner.next()) {
            name = scanner.name();
        }
        return name;
    }
}
