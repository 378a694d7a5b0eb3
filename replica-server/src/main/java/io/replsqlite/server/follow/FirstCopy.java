package io.replsqlite.server.follow;

import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.LostLog;
import java.io.IOException;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Where else than from the primary a node can get its first copy of a database. */
@FunctionalInterface
public interface FirstCopy {
    FirstCopy FROM_PRIMARY_ONLY = (paths, databaseId, lostLog, mustEnd) -> false;

    /**
     * Founds the database if it can, as of some moment of its history.
     *
     * @param lostLog to be noted on a voter, before the copy counts: what it may have acknowledged in an earlier life may not
     *     be in there
     * @param mustEnd whether to give up, asked often
     * @return whether it is founded; if not, the primary is asked
     * @throws IOException if it had to give up
     */
    boolean found(DatabasePaths paths, UUID databaseId, LostLog lostLog, BooleanSupplier mustEnd) throws IOException;
}
