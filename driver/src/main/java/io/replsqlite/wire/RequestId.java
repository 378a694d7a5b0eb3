package io.replsqlite.wire;

import io.replsqlite.base.Hex;
import java.security.SecureRandom;

/** 128 random bits that name one write through all its attempts. */
public record RequestId(long high, long low) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public static RequestId random() {
        return new RequestId(RANDOM.nextLong(), RANDOM.nextLong());
    }

    /** @throws IllegalArgumentException unless the text is 32 hex digits */
    public static RequestId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("a request id has 32 hex digits, got '" + text + "'");
        }
        return new RequestId(Hex.parse(text.substring(0, 16)), Hex.parse(text.substring(16)));
    }

    @Override
    public String toString() {
        return Hex.of(high) + Hex.of(low);
    }
}
