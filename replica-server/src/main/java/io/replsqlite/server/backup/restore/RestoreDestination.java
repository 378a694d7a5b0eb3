package io.replsqlite.server.backup.restore;

import java.io.IOException;
import java.nio.file.Path;

/** What a restore makes of the pages it has read and checked. */
public interface RestoreDestination {
    /** Refuses before anything is read or written. */
    void requireFree() throws IOException;

    /** Where pages are gathered; on the file system where they are to stay. What is beside it under longer names is ours. */
    Path temporary();

    /**
     * Whether what is under the temporary name is a finished database that is in its place as well: an earlier restore ended
     * between its last two steps.
     */
    default boolean isInstalled() throws IOException {
        return false;
    }

    /** Gives the file, which is complete, checked and durable, its place. The temporary one is gone afterwards. */
    void install(RestoredState state, long nowMillis) throws IOException;
}
