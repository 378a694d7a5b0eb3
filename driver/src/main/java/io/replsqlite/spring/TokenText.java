package io.replsqlite.spring;

import io.replsqlite.api.Token;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Tokens in a header or a cookie: one, or those of several databases with a separator between them. */
final class TokenText {
    private static final System.Logger LOG = System.getLogger(TokenText.class.getName());

    static final String HEADER = "Replsqlite-Token";
    static final String COOKIE = "replsqlite-token";

    /** A comma as in every list in a header; cookies may not hold one. */
    static final String IN_HEADER = ",";

    static final String IN_COOKIE = "|";
    private static final int MAX_TOKENS = 8;
    private static final int MAX_LENGTH = 1024;

    private TokenText() {}

    /** @throws IllegalArgumentException unless all of it is tokens */
    static List<Token> parse(String text, String separator) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "tokens take at most " + MAX_LENGTH + " characters, got " + text.length());
        }
        List<String> parts = Arrays.asList(text.split(java.util.regex.Pattern.quote(separator), -1));
        if (parts.size() > MAX_TOKENS) {
            throw new IllegalArgumentException("at most " + MAX_TOKENS + " tokens, got " + parts.size());
        }
        return parts.stream().map(String::strip).map(Token::parse).toList();
    }

    static String of(Collection<Token> tokens, String separator) {
        return tokens.stream().map(Token::toString).collect(Collectors.joining(separator));
    }

    /** What the headers of an answer say; one that is no token is the other side's mistake and changes nothing. */
    static void takeOver(Collection<String> headers, RequestSession session) {
        for (String text : headers) {
            try {
                parse(text, IN_HEADER).forEach(session::saw);
            } catch (IllegalArgumentException malformed) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "header {0} of an answer ignored: {1}",
                        HEADER,
                        malformed.getMessage());
            }
        }
    }
}
