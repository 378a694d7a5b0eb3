package io.replsqlite.session;

import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest position at which any connection of this JVM to one replica file has written. A program that writes on one
 * connection of its pool and reads on another sees its own write, as it does with plain SQLite. Safe for any thread.
 *
 * <p>It never says that a write was lost: who wrote is told so by the own session.
 */
final class WrittenHere {
    private static final Position NOTHING = new Position(0, 0);
    private static final ConcurrentHashMap<Replica, WrittenHere> BY_REPLICA = new ConcurrentHashMap<>();

    private volatile Position newest = NOTHING;

    /** Where a write was committed. */
    record Position(long epoch, long txid) {
        /** A file that shows a later epoch shows everything that survived of the earlier ones. */
        boolean isShownBy(long shownEpoch, long shownTxid) {
            return shownEpoch > epoch || (shownEpoch == epoch && shownTxid >= txid);
        }
    }

    /** A file may come to hold another database of the same name, whose positions are others. */
    private record Replica(Path file, UUID databaseId) {}

    static WrittenHere of(Path file, UUID databaseId) {
        Replica replica = new Replica(file.toAbsolutePath().normalize(), databaseId);
        return BY_REPLICA.computeIfAbsent(replica, first -> new WrittenHere());
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
