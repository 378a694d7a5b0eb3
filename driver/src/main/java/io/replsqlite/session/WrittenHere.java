package io.replsqlite.session;

import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest position at which any connection of this JVM has written to one database. A program that writes on one
 * connection of its pool and reads on another sees its own write, as it does with plain SQLite. Safe for any thread.
 *
 * <p>It never says that a write was lost: who wrote is told so by the own session.
 */
final class WrittenHere {
    private static final Position NOTHING = new Position(0, 0);
    private static final ConcurrentHashMap<UUID, WrittenHere> BY_DATABASE = new ConcurrentHashMap<>();

    private volatile Position newest = NOTHING;

    /** Where a write was committed. */
    record Position(long epoch, long txid) {
        /** A file that shows a later epoch shows everything that survived of the earlier ones. */
        boolean isShownBy(long shownEpoch, long shownTxid) {
            return shownEpoch > epoch || (shownEpoch == epoch && shownTxid >= txid);
        }
    }

    static WrittenHere of(UUID databaseId) {
        return BY_DATABASE.computeIfAbsent(databaseId, id -> new WrittenHere());
    }

    synchronized void wrote(long epoch, long txid) {
        if (!new Position(epoch, txid).isShownBy(newest.epoch, newest.txid)) {
            newest = new Position(epoch, txid);
        }
    }

    Position newest() {
        return newest;
    }
}
