package io.replsqlite.server.backup.storage;

import io.replsqlite.server.backup.storage.StorageException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Repeats small calls that a store has refused for the moment, so that work of many calls gets to its end in a store of which
 * each fails now and then. Streams are not repeated, nor what was not answered in time.
 *
 * <p>A put that was repeated may answer that the object is there because the first attempt has stored it: callers look at
 * what is there.
 */
public final class PersistentStore extends ForwardingStore {
    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(50);

    public PersistentStore(ObjectStore inner) {
        super(inner);
    }

    @FunctionalInterface
    private interface StoreCall<T> {
        T make() throws IOException;
    }

    private static <T> T repeated(StoreCall<T> call) throws IOException {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                return call.make();
            } catch (StorageException failure) {
                if (failure.kind() != Kind.UNAVAILABLE) {
                    throw failure;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        return call.make();
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException {
        return repeated(() -> inner.putIfAbsent(key, content, timestampMillis));
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
        return repeated(() -> inner.read(key, offset, length));
    }

    @Override
    public byte[] readAll(String key) throws IOException {
        return repeated(() -> inner.readAll(key));
    }

    @Override
    public List<StoredObject> list(String prefix) throws IOException {
        return repeated(() -> inner.list(prefix));
    }
}
