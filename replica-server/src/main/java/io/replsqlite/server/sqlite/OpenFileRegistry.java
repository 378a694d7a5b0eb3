package io.replsqlite.server.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which database files are open in this process, across class loaders: a second open, by us or by another native copy of
 * SQLite, would break the first one's locks.
 */
public final class OpenFileRegistry {
    /** Followed by device and inode; the value names the copy of SQLite and the path it was opened by. */
    public static final String PROPERTY_PREFIX = "replsqlite.open.";

    /** One per class loader that loaded this class, as is the native library. */
    private static final String THIS_COPY = UUID.randomUUID().toString();

    private OpenFileRegistry() {}

    /** Holds the claim on one file; give it back when the last descriptor is closed. */
    static final class Claim {
        private final String key;
        private final String value;

        private Claim(String key, String value) {
            this.key = key;
            this.value = value;
        }

        /** Whether the file that is at this path now is the claimed one. */
        boolean isOf(Path file) throws IOException {
            return Files.exists(file) && key(file).equals(key);
        }

        void release() {
            System.getProperties().remove(key, value);
        }
    }

    /** @throws UnusableDatabaseException if the file is already open in this process */
    static Claim claim(Path existingFile) throws IOException {
        String key = key(existingFile);
        String value = THIS_COPY + " " + existingFile;
        Object holder = System.getProperties().putIfAbsent(key, value);
        if (holder == null) {
            return new Claim(key, value);
        }
        if (holder.toString().startsWith(THIS_COPY)) {
            throw new UnusableDatabaseException(
                    existingFile + " is already open in this process",
                    "closing one of two opens would drop the file locks of the other",
                    "let one node per process serve it");
        }
        throw new UnusableDatabaseException(
                existingFile + " is already open in this process through another copy of SQLite",
                "two native copies of SQLite in one process do not see each other's locks",
                "load replsqlite and sqlite-jdbc in one class loader, or run the node as a process of its own");
    }

    /** Whether the file at this path, if there is one, is open in this process. */
    public static boolean isOpen(Path file) throws IOException {
        return Files.exists(file) && System.getProperties().containsKey(key(file));
    }

    private static String key(Path existingFile) throws IOException {
        return PROPERTY_PREFIX + Files.getAttribute(existingFile, "unix:dev") + "."
                + Files.getAttribute(existingFile, "unix:ino");
    }
}
