package io.replsqlite.api;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.UUID;

/** What a session has seen of one database. Opaque to applications; its text form travels in headers and cookies. */
public record Token(UUID databaseId, Epoch epoch, Txid txid) {
    private static final String SEPARATOR = "_";

    /** @throws IllegalArgumentException unless the text has the form of {@link #toString} */
    public static Token parse(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a token reads database_epoch_txid, got '" + text + "'");
        }
        return new Token(
                UUID.fromString(parts[0]),
                new Epoch(Long.parseLong(parts[1])),
                new Txid(Long.parseUnsignedLong(parts[2], 16)));
    }

    @Override
    public String toString() {
        return databaseId + SEPARATOR + epoch + SEPARATOR + txid;
    }
}
