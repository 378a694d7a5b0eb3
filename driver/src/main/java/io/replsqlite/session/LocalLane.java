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
    private long snapshotAsOfNanos;

    LocalLane(LocalConnection connection) {
        this.connection = connection;
    }

    public LocalConnection connection() {
        return connection;
    }

    /** Whether a transaction that begins here sees what the replica file shows. */
    public boolean isFree() {
        return openResults == 0;
    }

    /** Whether a read here would see {@code txid} and nothing from before {@code asOfNanos}, as the replica file does. */
    boolean canShow(long txid, long asOfNanos) {
        return openResults == 0 || (snapshotTxid >= txid && snapshotAsOfNanos - asOfNanos >= 0);
    }

    /** A result was opened; the file showed at least {@code appliedTxid} just before, and all from before {@code asOfNanos}. */
    public void resultOpened(long appliedTxid, long asOfNanos) {
        if (openResults == 0) {
            snapshotTxid = appliedTxid;
            snapshotAsOfNanos = asOfNanos;
        }
        openResults++;
    }

    public void resultClosed() {
        openResults--;
    }
}
