package io.replsqlite.server.store;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/**
 * That this node has lost a part of its log that it may have acknowledged: a file, written before the damaged log is set
 * aside, and there until the log is level with a primary. Until then the node's word is no vote: it would say that nobody
 * has what it has forgotten. Safe for any thread.
 */
public final class LostLog {
    private final DatabasePaths paths;
    private volatile boolean isNoted;

    public LostLog(DatabasePaths paths) {
        this.paths = paths;
        this.isNoted = Files.exists(paths.lostLogMarker());
    }

    public boolean isNoted() {
        return isNoted;
    }

    /** Durable when this returns. */
    public void note(String why) throws IOException {
        FailurePoint.LOST_LOG_NOTING.reached();
        DurableFiles.replace(paths.lostLogMarker(), (why + "\n").getBytes(StandardCharsets.UTF_8));
        FailurePoint.LOST_LOG_NOTED.reached();
        isNoted = true;
    }

    /** The log has everything that a primary had, in that primary's own epoch. */
    public void isLevel() throws IOException {
        if (isNoted) {
            DurableFiles.delete(paths.lostLogMarker());
            isNoted = false;
        }
    }
}
