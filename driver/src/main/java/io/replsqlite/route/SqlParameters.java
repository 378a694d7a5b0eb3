package io.replsqlite.route;

import java.util.HashSet;
import java.util.Set;

/** How many parameters a statement has, by SQLite's numbering: ? takes the next number, ?n is n, a name keeps its own. */
public final class SqlParameters {
    private final String sql;
    private final Set<String> names = new HashSet<>();
    private int highest;

    private SqlParameters(String sql) {
        this.sql = sql;
    }

    public static int count(String sql) {
        SqlParameters parameters = new SqlParameters(sql);
        SqlScanner scanner = new SqlScanner(sql);
        for (SqlScanner.Token token = scanner.next(); token != SqlScanner.Token.END; token = scanner.next()) {
            if (token == SqlScanner.Token.OTHER) {
                parameters.sees(sql.charAt(scanner.start()), scanner.end());
            }
        }
        return parameters.highest;
    }

    private void sees(char sign, int behind) {
        int end = behind;
        while (end < sql.length() && Character.isLetterOrDigit(sql.charAt(end))) {
            end++;
        }
        String name = sql.substring(behind, end);
        if (sign == '?') {
            highest = name.isEmpty() ? highest + 1 : Math.max(highest, Integer.parseInt(name));
        } else if ((sign == ':' || sign == '@' || sign == '$') && !name.isEmpty() && names.add(sign + name)) {
            highest++;
        }
    }
}
