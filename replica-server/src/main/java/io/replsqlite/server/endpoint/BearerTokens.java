package io.replsqlite.server.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shared secrets of a cluster: one, or several while they are being replaced. Compared in constant time; never
 * printed. Safe for any thread.
 */
public final class BearerTokens {
    private static final String PREFIX = "Bearer ";

    private volatile List<byte[]> expected;

    public BearerTokens(List<String> tokens) {
        expected = headers(tokens);
    }

    /** From now on these are accepted, and no others. */
    public void replace(List<String> tokens) {
        expected = headers(tokens);
    }

    private static List<byte[]> headers(List<String> tokens) {
        return tokens.stream()
                .map(token -> (PREFIX + token).getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    boolean accepts(@Nullable String authorization) {
        if (authorization == null) {
            return false;
        }
        byte[] presented = authorization.getBytes(StandardCharsets.UTF_8);
        boolean accepted = false;
        for (byte[] one : expected) {
            accepted |= MessageDigest.isEqual(one, presented); // all of them, so that time does not tell which
        }
        return accepted;
    }

    @Override
    public String toString() {
        return "BearerTokens[hidden]";
    }
}
