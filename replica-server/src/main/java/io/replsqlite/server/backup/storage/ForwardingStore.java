package io.replsqlite.server.backup.storage;

import java.io.IOException;
import java.util.List;

/** Does what another store does. */
class ForwardingStore implements ObjectStore {
    final ObjectStore inner;

    ForwardingStore(ObjectStore inner) {
        this.inner = inner;
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException {
        return inner.putIfAbsent(key, content, timestampMillis);
    }

    @Override
    public long putStream(String key, long timestampMillis, Content content) throws IOException {
        return inner.putStream(key, timestampMillis, content);
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
        return inner.read(key, offset, length);
    }

    @Override
    public byte[] readAll(String key) throws IOException {
        return inner.readAll(key);
    }

    @Override
    public List<StoredObject> list(String prefix) throws IOException {
        return inner.list(prefix);
    }

    @Override
    public List<String> directories() throws IOException {
        return inner.directories();
    }

    @Override
    public void delete(String key) throws IOException {
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

    @Override
    public String toString() {
        return inner.toString();
    }
}
