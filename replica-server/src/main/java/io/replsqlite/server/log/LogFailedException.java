package io.replsqlite.server.log;

import java.io.IOException;

/**
 * The log could not be written or synced and takes no more records until it is opened anew. Whether records
 * appended since the last sync are durable is unknown; the one that was being appended is not published. The
 * cause tells a full disk from a failed fsync ({@link io.replsqlite.server.files.FsyncFailedException}).
 */
public final class LogFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    LogFailedException(String what, IOException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
