package io.replsqlite.route;

import java.util.Locale;

/**
 * Cuts SQL text into tokens as SQLite's own tokenizer does, coarsely: enough to tell words from strings and comments.
 * Comments and white space are skipped.
 */
final class SqlScanner {
    enum Token {
        WORD,
        /** A string, a quoted or bracketed name, or a blob literal's string. */
        QUOTED,
        SEMICOLON,
        OPENING_PARENTHESIS,
        OTHER,
        END
    }

    private final String sql;
    private int start;
    private int end;

    SqlScanner(String sql) {
        this.sql = sql;
    }

    Token next() {
        start = skipBlank(end);
        if (start == sql.length()) {
            end = start;
            return Token.END;
        }
        char first = sql.charAt(start);
        if (isWordStart(first)) {
            end = endOfWord(start + 1);
            return Token.WORD;
        }
        if (first == '\'' || first == '"' || first == '`') {
            end = endOfQuoted(first);
            return Token.QUOTED;
        }
        if (first == '[') {
            end = after(sql.indexOf(']', start), 1);
            return Token.QUOTED;
        }
        end = isParameterSign(first) ? endOfParameter(start + 1) : start + 1;
        return first == ';' ? Token.SEMICOLON : first == '(' ? Token.OPENING_PARENTHESIS : Token.OTHER;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** The current token in upper case. */
    String word() {
        return sql.substring(start, end).toUpperCase(Locale.ROOT);
    }

    /** The current token as a name: without its quotes. */
    String name() {
        boolean quoted = end - start >= 2 && !isWordStart(sql.charAt(start));
        return quoted ? sql.substring(start + 1, end - 1).toUpperCase(Locale.ROOT) : word();
    }

    private int skipBlank(int from) {
        int at = from;
        while (at < sql.length()) {
            if (isBlank(sql.charAt(at))) {
                at++;
            } else if (sql.startsWith("--", at)) {
                at = after(sql.indexOf('\n', at), 1);
            } else if (sql.startsWith("/*", at)) {
                at = after(sql.indexOf("*/", at + 2), 2);
            } else {
                return at;
            }
        }
        return at;
    }

    /** The place behind what was found, or the end of the text if it was not. */
    private int after(int found, int length) {
        return found < 0 ? sql.length() : found + length;
    }

    private int endOfWord(int from) {
        int at = from;
        while (at < sql.length() && isWordPart(sql.charAt(at))) {
            at++;
        }
        return at;
    }

    /**
     * The sign alone, except in Tcl's form {@code $name(index)}: what stands in those parentheses belongs to the name, and
     * a quote there begins nothing.
     */
    private int endOfParameter(int from) {
        int at = from;
        while (at < sql.length() && (isWordPart(sql.charAt(at)) || sql.startsWith("::", at))) {
            at += sql.charAt(at) == ':' ? 2 : 1;
        }
        if (at == from || at == sql.length() || sql.charAt(at) != '(') {
            return from;
        }
        while (at < sql.length() && sql.charAt(at) != ')' && !isBlank(sql.charAt(at))) {
            at++;
        }
        return Math.min(sql.length(), at + 1);
    }

    private static boolean isParameterSign(char c) {
        return c == '$' || c == '@' || c == ':' || c == '#';
    }

    /** A doubled quote stands for one and does not end the token. */
    private int endOfQuoted(char quote) {
        int at = start + 1;
        while (true) {
            int found = sql.indexOf(quote, at);
            if (found < 0) {
                return sql.length();
            }
            if (found + 1 == sql.length() || sql.charAt(found + 1) != quote) {
                return found + 1;
            }
            at = found + 2;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r' && c != 0x0b) || c == '\ufeff';
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 0x80 && c != '\ufeff');
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || (c >= '0' && c <= '9') || c == '$';
    }
}
