package io.replsqlite.session;

import io.replsqlite.local.LocalConnection;

/**
 * A local connection and the snapshot that its open results pin: while one is open, every further read on the connection
 * sees the database as it was when the first of them started.
 */
public final class LocalLane {
    private final LocalConnection connection;
    private int openResults;
    private long snapshotTxid;

    LocalLane(LocalConnection connection) {
        this.connection = connection;
    }

    public LocalConnection connection() {
        return connection;
    }

    /** Whether a read here would see {@code txid}, given that the replica file shows it. */
    boolean canShow(long txid) {
        return openResults == 0 || snapshotTxid >= txid;
    }

    /** A result was opened; the file showed at least {@code appliedTxid} just before. */
    public void resultOpened(long appliedTxid) {
        if (openResults == 0) {
            snapshotTxid = appliedTxid;
        }
        openResults++;
    }

    public void resultClosed() {
        openResults--;
    }
}
