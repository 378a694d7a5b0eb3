package io.replsqlite.server.backup.upload;

import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StorageException;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A store that fails now and then: before a call has an effect, or after it, when only the answer is lost. */
final class FaultyStore implements ObjectStore {
    private final ObjectStore inner;
    private final Random random;
    private final int percent;
    private final AtomicLong calls = new AtomicLong();
    private volatile boolean down;

    FaultyStore(ObjectStore inner, long seed, int percent) {
        this.inner = inner;
        this.random = new Random(seed);
        this.percent = percent;
    }

    /** Nothing works. */
    void down(boolean isDown) {
        down = isDown;
    }

    /** Calls that have begun. */
    long calls() {
        return calls.get();
    }

    private void begin(String what) throws StorageException {
        long ignored = calls.incrementAndGet();
        maybe(what);
    }

    private void maybe(String when) throws StorageException {
        boolean fail;
        synchronized (random) {
            fail = random.nextInt(100) < percent;
        }
        if (down || fail) {
            throw new StorageException(StorageException.Kind.UNAVAILABLE, "injected " + when, null);
        }
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException {
        begin("before put");
        boolean stored = inner.putIfAbsent(key, content, timestampMillis);
        maybe("after put");
        return stored;
    }

    @Override
    public long putStream(String key, long timestampMillis, Content content) throws IOException {
        begin("before stream");
        long size = inner.putStream(key, timestampMillis, content);
        maybe("after stream");
        return size;
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
        begin("read");
        return inner.read(key, offset, length);
    }

    @Override
    public byte[] readAll(String key) throws IOException {
        begin("read");
        return inner.readAll(key);
    }

    @Override
    public List<StoredObject> list(String prefix) throws IOException {
        begin("list");
        return inner.list(prefix);
    }

    @Override
    public List<String> directories() throws IOException {
        maybe("list");
        return inner.directories();
    }

    @Override
    public void delete(String key) throws IOException {
        begin("delete");
        inner.delete(key);
    }

    @Override
    public boolean excludesOtherWriters() {
        return inner.excludesOtherWriters();
    }

    @Override
    public void close() {
        inner.close();
    }
}
