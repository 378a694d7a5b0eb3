package io.replsqlite.route;

import io.replsqlite.route.SqlScanner.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One statement of a text, without the semicolon that ends it.
 *
 * @param words its first words in upper case, at most {@value #WORDS}; empty for a text of comments and blanks
 */
public record SqlStatement(String text, List<String> words) {
    private static final Set<String> SCHEMA_CHANGES = Set.of("CREATE", "DROP", "ALTER");

    private static final int WORDS = 4;

    /** The statements of a text in order; empty ones are left out. */
    public static List<SqlStatement> split(String sql) {
        List<SqlStatement> statements = new ArrayList<>();
        Splitter splitter = new Splitter(sql);
        for (SqlStatement statement = splitter.next(); !statement.text.isEmpty(); statement = splitter.next()) {
            statements.add(statement);
        }
        return statements;
    }

    /** The first statement of a text, which is all that JDBC's execute and prepare look at; empty if there is none. */
    public static SqlStatement first(String sql) {
        return new Splitter(sql).next();
    }

    public String firstWord() {
        return words.isEmpty() ? "" : words.get(0);
    }

    /** Whether a word occurs outside strings and comments, wherever. */
    public boolean hasWord(String word) {
        SqlScanner scanner = new SqlScanner(text);
        for (Token token = scanner.next(); token != Token.END; token = scanner.next()) {
            if (token == Token.WORD && scanner.word().equals(word)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a function is called by this name, quoted or not. */
    public boolean calls(String function) {
        SqlScanner scanner = new SqlScanner(text);
        String name = "";
        for (Token token = scanner.next(); token != Token.END; token = scanner.next()) {
            if (token == Token.OPENING_PARENTHESIS && name.equals(function)) {
                return true;
            }
            name = token == Token.WORD || token == Token.QUOTED ? scanner.name() : "";
        }
        return false;
    }

    /** BEGIN, COMMIT, ROLLBACK and the savepoint commands. */
    public boolean isTransactionControl() {
        return switch (firstWord()) {
            case "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE" -> true;
            default -> false;
        };
    }

    /** Whether it adds rows by its own words: INSERT or REPLACE, also behind WITH. */
    public boolean isInsert() {
        return switch (firstWord()) {
            case "INSERT", "REPLACE" -> true;
            case "WITH" -> hasWord("INSERT") || (hasWord("REPLACE") && hasWord("INTO"));
            default -> false;
        };
    }

    /** Whether what a CREATE or DROP names is the connection's own, as in CREATE TEMP TABLE or DROP TABLE temp.x. */
    public boolean isTemporary() {
        String second = words.size() > 1 ? words.get(1) : "";
        return second.equals("TEMP")
                || second.equals("TEMPORARY")
                || Created.of(this).schema().equals("TEMP");
    }

    public boolean changesSchema() {
        return SCHEMA_CHANGES.contains(firstWord());
    }

    /** Walks over a text statement by statement; the semicolons inside a trigger's body do not end it. */
    private static final class Splitter {
        private final String sql;
        private final SqlScanner scanner;

        Splitter(String sql) {
            this.sql = sql;
            this.scanner = new SqlScanner(sql);
        }

        SqlStatement next() {
            Token token = scanner.next();
            while (token == Token.SEMICOLON) {
                token = scanner.next();
            }
            int from = scanner.start();
            int to = from;
            List<String> words = new ArrayList<>();
            TriggerBody body = new TriggerBody();
            while (token != Token.END && !(token == Token.SEMICOLON && !body.continuesAt(words))) {
                if (token == Token.WORD && words.size() < WORDS) {
                    words.add(scanner.word());
                }
                body.sees(token, token == Token.WORD ? scanner.word() : "");
                to = scanner.end();
                token = scanner.next();
            }
            return new SqlStatement(sql.substring(from, to), List.copyOf(words));
        }
    }

    /** CREATE TRIGGER ends at the semicolon behind an END that itself stands behind a semicolon. */
    private static final class TriggerBody {
        private boolean behindSemicolon;
        private boolean behindEnd;

        void sees(Token token, String word) {
            behindEnd = behindSemicolon && word.equals("END");
            behindSemicolon = token == Token.SEMICOLON;
        }

        boolean continuesAt(List<String> words) {
            return isTrigger(words) && !behindEnd;
        }

        private static boolean isTrigger(List<String> words) {
            int at = !words.isEmpty() && words.get(0).equals("EXPLAIN") ? 1 : 0;
            if (words.size() <= at + 1 || !words.get(at).equals("CREATE")) {
                return false;
            }
            String second = words.get(at + 1);
            boolean temporary = second.equals("TEMP") || second.equals("TEMPORARY");
            return temporary ? words.size() > at + 2 && words.get(at + 2).equals("TRIGGER") : second.equals("TRIGGER");
        }
    }
}
