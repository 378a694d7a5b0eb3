package io.replsqlite.server.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The shared secret of a cluster. Compared in constant time; never printed. */
public final class BearerToken {
    private static final String PREFIX = "Bearer ";

    private final byte[] expected;

    public BearerToken(String token) {
        expected = (PREFIX + token).getBytes(StandardCharsets.UTF_8);
    }

    boolean accepts(@Nullable String authorization) {
        return authorization != null && MessageDigest.isEqual(expected, authorization.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "BearerToken[hidden]";
    }
}
