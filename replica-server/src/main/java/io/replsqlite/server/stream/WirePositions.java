package io.replsqlite.server.stream;

import io.replsqlite.base.Epoch;
import java.nio.ByteBuffer;

/** Epochs and txids as a peer sends them: 8 bytes, never negative. */
final class WirePositions {
    private WirePositions() {}

    static Epoch epoch(ByteBuffer bytes) throws StreamFormatException {
        return new Epoch(notNegative(bytes, "an epoch"));
    }

    static long txid(ByteBuffer bytes) throws StreamFormatException {
        return notNegative(bytes, "a txid");
    }

    private static long notNegative(ByteBuffer bytes, String what) throws StreamFormatException {
        long value = bytes.getLong();
        if (value < 0) {
            throw new StreamFormatException(what + " of " + value + " arrived");
        }
        return value;
    }
}
