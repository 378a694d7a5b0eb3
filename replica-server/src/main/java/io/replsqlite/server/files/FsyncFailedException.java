package io.replsqlite.server.files;

import java.io.IOException;

/**
 * An fsync failed. Fatal for whatever owns the file: what was written since the last good sync may be gone
 * although it still reads back, and a second fsync may report success without having written anything.
 */
public final class FsyncFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    public FsyncFailedException(String what, IOException cause) {
        super("fsync failed, data written since the last sync is in doubt: " + what, cause);
    }
}
