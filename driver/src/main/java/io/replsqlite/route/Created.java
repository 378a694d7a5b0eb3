package io.replsqlite.route;

import io.replsqlite.route.SqlScanner.Token;
import java.util.Set;

/**
 * What a CREATE statement makes, in upper case.
 *
 * @param schema that it names, empty if it names none
 * @param module of a virtual table, empty for everything else
 */
public record Created(String schema, String module) {
    private static final Set<String> KINDS = Set.of("TABLE", "INDEX", "VIEW", "TRIGGER");
    private static final Set<String> CONDITION = Set.of("IF", "NOT", "EXISTS");

    public static Created of(SqlStatement statement) {
        SqlScanner scanner = new SqlScanner(statement.text());
        boolean virtual = false;
        Token token = scanner.next();
        while (token == Token.WORD && !KINDS.contains(scanner.word())) {
            virtual |= scanner.word().equals("VIRTUAL");
            token = scanner.next();
        }
        do {
            token = scanner.next();
        } while (token == Token.WORD && CONDITION.contains(scanner.word()));
        String name = token == Token.END ? "" : scanner.name();
        token = scanner.next();
        boolean qualified = token == Token.OTHER && scanner.word().equals(".");
        if (qualified) {
            scanner.next();
            token = scanner.next();
        }
        boolean usesModule = virtual && token == Token.WORD && scanner.word().equals("USING");
        if (usesModule) {
            scanner.next();
        }
        return new Created(qualified ? name : "", usesModule ? scanner.name() : "");
    }
}
