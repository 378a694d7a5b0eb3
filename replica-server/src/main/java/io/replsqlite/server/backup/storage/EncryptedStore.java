package io.replsqlite.server.backup.storage;

import static io.replsqlite.server.backup.storage.SealedHeader.CHUNK_BYTES;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.server.backup.storage.KeyFile.NamedKey;
import io.replsqlite.server.backup.storage.SealedChunks.ForgedObjectException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Encrypts every object before another store gets it. Sizes are those of what is encrypted, so that whoever reads ranges
 * need not know; which chunk is the last one is known from the object's own size, as the last listing said.
 */
final class EncryptedStore extends ForwardingStore {
    private static final int HEADERS = 64;

    private final KeyFile keys;

    /** Sizes in the inner store by name, as of the last listing of each prefix. */
    private final Map<String, Map<String, Long>> listed = new ConcurrentHashMap<>();

    @GuardedBy("headers")
    private final Map<String, SealedHeader> headers = new LinkedHashMap<>(HEADERS, 0.75f, true);

    EncryptedStore(ObjectStore inner, KeyFile keys) {
        super(inner);
        this.keys = keys;
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream(content.length + SealedHeader.BYTES);
        NamedKey newest = keys.newest();
        SealedHeader header = SealedHeader.fresh(newest.id());
        SealingStream out = new SealingStream(sealed, header, new SealedChunks(key, header, newest.key()));
        out.write(content);
        out.finish();
        return inner.putIfAbsent(key, sealed.toByteArray(), timestampMillis);
    }

    @Override
    public long putStream(String key, long timestampMillis, Content content) throws IOException {
        NamedKey newest = keys.newest();
        SealedHeader header = SealedHeader.fresh(newest.id());
        return inner.putStream(key, timestampMillis, target -> {
            SealingStream out = new SealingStream(target, header, new SealedChunks(key, header, newest.key()));
            content.writeTo(out);
            out.finish();
        });
    }

    @Override
    public byte[] readAll(String key) throws IOException {
        byte[] object = inner.readAll(key);
        SealedHeader header = SealedHeader.decode(key, object);
        byte[] plain = new byte[Math.toIntExact(plainBytes(key, object.length))];
        SealedChunks chunks = new SealedChunks(key, header, keys.of(key, header));
        open(chunks, 0, object, SealedHeader.BYTES, plain, 0);
        return plain;
    }

    /** Opens whole chunks that stand one behind the other. */
    private static void open(SealedChunks chunks, long first, byte[] sealed, int from, byte[] into, int intoAt)
            throws IOException {
        int sealedChunk = CHUNK_BYTES + SealedHeader.TAG_BYTES;
        int at = intoAt;
        long chunk = first;
        for (int offset = from; offset < sealed.length; offset += sealedChunk) {
            at += chunks.open(chunk++, sealed, offset, Math.min(sealedChunk, sealed.length - offset), into, at);
        }
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
        try {
            return readRange(key, offset, length);
        } catch (ForgedObjectException perhapsReplaced) {
            forget(key); // by an object of the same name and content, whose salt is another one
            return readRange(key, offset, length);
        }
    }

    private byte[] readRange(String key, long offset, int length) throws IOException {
        long size = sizeOf(key);
        long plainSize = plainBytes(key, size);
        if (offset + length > plainSize) {
            throw new IOException(key + " ends before offset " + (offset + length));
        }
        SealedHeader header = headerOf(key);
        long first = offset / CHUNK_BYTES;
        long from = SealedHeader.chunkOffset(first);
        boolean toTheEnd = offset + length == plainSize; // the last chunk may be empty, and must be seen all the same
        long lastNeeded = SealedHeader.chunkOffset((offset + length - 1) / CHUNK_BYTES + 1);
        long to = toTheEnd ? size : Math.min(size, lastNeeded);
        byte[] sealed = inner.read(key, from, Math.toIntExact(to - from));
        byte[] plain = new byte[sealed.length];
        open(new SealedChunks(key, header, keys.of(key, header)), first, sealed, 0, plain, 0);
        byte[] range = new byte[length];
        System.arraycopy(plain, (int) (offset - first * CHUNK_BYTES), range, 0, length);
        return range;
    }

    private static long plainBytes(String key, long objectBytes) throws IOException {
        long plain = SealedHeader.plainBytes(objectBytes);
        if (plain < 0) {
            throw new IOException(key + " is cut off or no encrypted object: none has " + objectBytes + " bytes");
        }
        return plain;
    }

    private SealedHeader headerOf(String key) throws IOException {
        synchronized (headers) {
            SealedHeader known = headers.get(key);
            if (known != null) {
                return known;
            }
        }
        SealedHeader header = SealedHeader.decode(key, inner.read(key, 0, SealedHeader.BYTES));
        synchronized (headers) {
            headers.put(key, header);
            if (headers.size() > HEADERS) {
                headers.remove(headers.keySet().iterator().next());
            }
        }
        return header;
    }

    private long sizeOf(String key) throws IOException {
        String prefix = key.substring(0, key.lastIndexOf('/') + 1);
        String name = key.substring(prefix.length());
        Long known = listed.getOrDefault(prefix, Map.of()).get(name);
        if (known == null) {
            List<StoredObject> ignored = list(prefix);
            known = listed.getOrDefault(prefix, Map.of()).get(name);
        }
        if (known == null) {
            throw new StorageException(StorageException.Kind.NOT_FOUND, "there is no " + key + " in " + this, null);
        }
        return known;
    }

    private void forget(String key) {
        synchronized (headers) {
            headers.remove(key);
        }
        listed.remove(key.substring(0, key.lastIndexOf('/') + 1));
    }

    /** What cannot be one of our objects keeps its size: reading it says what is wrong. */
    @Override
    public List<StoredObject> list(String prefix) throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        List<StoredObject> objects = new ArrayList<>();
        for (StoredObject object : inner.list(prefix)) {
            sizes.put(object.name(), object.sizeBytes());
            long plain = SealedHeader.plainBytes(object.sizeBytes());
            objects.add(
                    new StoredObject(object.key(), plain < 0 ? object.sizeBytes() : plain, object.modifiedMillis()));
        }
        listed.put(prefix, sizes);
        return objects;
    }

    @Override
    public void delete(String key) throws IOException {
        synchronized (headers) {
            headers.remove(key);
        }
        inner.delete(key);
    }
}
