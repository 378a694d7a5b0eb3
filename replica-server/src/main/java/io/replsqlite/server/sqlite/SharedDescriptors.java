package io.replsqlite.server.sqlite;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of one database file and its {@code -shm} that this process has besides SQLite's. They have one owner
 * at a time, and stay open past it for whoever else has SQLite open on the file: closing one drops the locks of all.
 * The next owner takes over what is still open.
 */
final class SharedDescriptors {
    /** Strong references: were a forgotten instance collected, its descriptors would be closed and the locks gone. */
    @GuardedBy("SharedDescriptors.class")
    private static final Map<Path, SharedDescriptors> OPEN = new HashMap<>();

    private final Path database;
    private final OpenFileRegistry.Claim claim;
    private final RawFile databaseFile;

    @GuardedBy("SharedDescriptors.class")
    private @Nullable RawFile sharedIndexFile;

    @GuardedBy("SharedDescriptors.class")
    private boolean owned = true;

    @GuardedBy("SharedDescriptors.class")
    private int users = 1;

    private SharedDescriptors(Path database, OpenFileRegistry.Claim claim, RawFile databaseFile) {
        this.database = database;
        this.claim = claim;
        this.databaseFile = databaseFile;
    }

    /** @throws UnusableDatabaseException if the file has an owner in this process already */
    static SharedDescriptors own(Path database) throws IOException {
        synchronized (SharedDescriptors.class) {
            SharedDescriptors kept = OPEN.get(database);
            if (kept != null && !kept.owned && kept.claim.isOf(database)) {
                kept.owned = true;
                kept.users++;
                return kept;
            }
            OpenFileRegistry.Claim claim = OpenFileRegistry.claim(database);
            try {
                SharedDescriptors opened = new SharedDescriptors(database, claim, new RawFile(database, "r"));
                OPEN.put(database, opened);
                return opened;
            } catch (IOException | RuntimeException failure) {
                claim.release();
                throw failure;
            }
        }
    }

    RawFile databaseFile() {
        return databaseFile;
    }

    /** Opened by the first owner, once SQLite has the file open. */
    RawFile sharedIndexFile(Path path) throws IOException {
        synchronized (SharedDescriptors.class) {
            if (sharedIndexFile == null) {
                sharedIndexFile = new RawFile(path, "rw");
            }
            return sharedIndexFile;
        }
    }

    void retain() {
        synchronized (SharedDescriptors.class) {
            users++;
        }
    }

    void release() throws IOException {
        synchronized (SharedDescriptors.class) {
            users--;
            if (users == 0) {
                closeAll();
            }
        }
    }

    /** The owner has closed its connections. */
    void disown() throws IOException {
        synchronized (SharedDescriptors.class) {
            owned = false;
            release();
        }
    }

    @GuardedBy("SharedDescriptors.class")
    private void closeAll() throws IOException {
        try (databaseFile;
                RawFile index = sharedIndexFile) {
            OPEN.remove(database, this);
            claim.release();
        }
    }
}
