package io.replsqlite.server.wal;

import java.io.IOException;

/** Frames that the wal-index calls valid do not verify: the file was damaged or replaced. */
public final class WalDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    public WalDamagedException(String message) {
        super(message);
    }
}
