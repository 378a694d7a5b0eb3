package io.replsqlite.server.apply;

import java.io.IOException;

/** Another program holds the write lock of the replica file. Nothing was applied; the next call tries again. */
public final class WriteLockBusyException extends IOException {
    private static final long serialVersionUID = 1L;

    WriteLockBusyException() {
        super("another program holds the write lock of the replica file");
    }
}
