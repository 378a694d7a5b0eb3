package io.replsqlite.server.backup.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Objects by key; keys are relative to the store's root, their parts separated by {@code /}. An object is seen whole or
 * not at all. Safe for any thread.
 *
 * <p>Each method throws {@link StorageException} when the store refuses or cannot be reached; a put that failed so may
 * have happened all the same.
 */
public interface ObjectStore extends AutoCloseable {
    /** One object of a listing. */
    record StoredObject(String key, long sizeBytes, long modifiedMillis) {
        /** What follows the last slash. */
        public String name() {
            return key.substring(key.lastIndexOf('/') + 1);
        }
    }

    /** Writes the content of an object. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Stores an object under a key that has none.
     *
     * @param timestampMillis the moment that the content stands for, where the store can carry it
     * @return false if there is one already, which stays as it is
     */
    boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException;

    /**
     * Stores an object of any size, replacing one of that key. For keys that only the holder of a claim writes.
     *
     * @return bytes written
     */
    long putStream(String key, long timestampMillis, Content content) throws IOException;

    /** Reads a range that lies within the object. */
    byte[] read(String key, long offset, int length) throws IOException;

    /** Reads a small object as a whole. */
    byte[] readAll(String key) throws IOException;

    /** The objects directly below a prefix that ends with a slash, by key. */
    List<StoredObject> list(String prefix) throws IOException;

    /** The names directly below the store's root that have objects below them. */
    List<String> directories() throws IOException;

    /** Deletes an object; one that is not there is fine. */
    void delete(String key) throws IOException;

    /** Whether {@link #putIfAbsent} holds against other writers, or is a look followed by a write. */
    boolean excludesOtherWriters();

    @Override
    void close();
}
