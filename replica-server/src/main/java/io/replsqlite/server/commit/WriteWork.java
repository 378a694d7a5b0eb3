package io.replsqlite.server.commit;

import io.replsqlite.base.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one write does on the writer's connection. It neither begins nor ends the transaction that it runs in, and may be
 * run again after SQLite has undone everything it did: the result of its last run counts.
 */
@FunctionalInterface
public interface WriteWork<T extends @Nullable Object> {
    byte[] NO_OUTCOME = {};

    /** Whom a write shares its SQLite transaction with. */
    enum Sharing {
        /** With other writes: each has a savepoint of its own, all have one commit. */
        SHARED,
        /** With nobody: it could undo, block or repair what a neighbour did. */
        OWN_TRANSACTION,
        /** With nobody, and it waits for its client while it runs: nobody else's answer may wait for it. */
        INTERACTIVE,
        /** SQLite refuses it inside a transaction, as VACUUM. */
        NO_TRANSACTION
    }

    T run(Connection connection) throws SQLException;

    /**
     * What travels with the commit in log and stream. Made before COMMIT: what cannot be written down must not happen.
     */
    default byte[] outcome(T result) {
        return NO_OUTCOME;
    }

    /** Per-connection settings of the client, such as {@code foreign_keys}, that must hold while this runs. */
    default Map<String, String> sessionSettings() {
        return Map.of();
    }

    /**
     * SQLite has refused COMMIT, and its transaction is still open.
     *
     * @return whether {@link #run} is to go on in it, so that COMMIT can be tried again
     */
    default boolean goesOnAfter(SQLException refusedCommit) {
        return false;
    }

    /** What it asks for; the node may give more. Asked for once the work has run. */
    default Durability durability() {
        return Durability.LOCAL;
    }

    default Sharing sharing() {
        return Sharing.OWN_TRANSACTION;
    }
}
