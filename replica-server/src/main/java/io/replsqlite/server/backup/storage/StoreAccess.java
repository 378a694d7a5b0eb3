package io.replsqlite.server.backup.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to use a store besides its URL.
 *
 * @param credentials a file that is read again whenever it changes; null to use what the environment gives
 * @param keys with which objects are encrypted before they are sent; null to send them as they are
 */
public record StoreAccess(
        @Nullable Path credentials, @Nullable Path keys) {
    public static final StoreAccess OF_ENVIRONMENT = new StoreAccess(null, null);

    /** Asks nothing of the store yet. */
    public ObjectStore open(StoreUrl url) throws IOException {
        Path file = keys;
        KeyFile read = file == null ? null : new KeyFile(file); // before the store, which nobody would close
        ObjectStore store = Stores.open(url, credentials);
        return read == null ? new PlainStore(store) : new EncryptedStore(store, read);
    }
}
