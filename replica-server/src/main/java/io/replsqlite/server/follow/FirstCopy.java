package io.replsqlite.server.follow;

import io.replsqlite.server.store.DatabasePaths;
import java.io.IOException;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Where else than from the primary a node can get its first copy of a database. */
@FunctionalInterface
public interface FirstCopy {
    FirstCopy FROM_PRIMARY_ONLY = (paths, databaseId, mustEnd) -> false;

    /**
     * Founds the database if it can, as of some moment of its history.
     *
     * @param mustEnd whether to give up, asked often
     * @return whether it is founded; if not, the primary is asked
     * @throws IOException if it had to give up
     */
    boolean found(DatabasePaths paths, UUID databaseId, BooleanSupplier mustEnd) throws IOException;
}
