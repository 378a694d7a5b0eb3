package io.replsqlite.server.backup.bootstrap;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.apply.DatabasePlacement;
import io.replsqlite.server.backup.restore.RestoreDestination;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestoredState;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.StoreSettings;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/** A restored file as the database of a node: with a log that begins there, page checksums and a first checkpoint. */
final class FoundedDatabase implements RestoreDestination {
    private final DatabasePaths paths;
    private final UUID databaseId;
    private final Begin beginning;
    private final StoreSettings settings;
    private final MonotonicClock clock;

    /**
     * Where the node's history begins.
     *
     * @param base of its log
     */
    record Beginning(Position base, List<Tenure> history) {}

    /** Says it, and makes durable what has to be so before the copy counts. */
    @FunctionalInterface
    interface Begin {
        Beginning at(Position proven) throws IOException;
    }

    /** @param beginning of the node's history, from the position that the backup proves */
    FoundedDatabase(
            DatabasePaths paths, UUID databaseId, Begin beginning, StoreSettings settings, MonotonicClock clock) {
        this.paths = paths;
        this.databaseId = databaseId;
        this.beginning = beginning;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void requireFree() throws IOException {
        if (DatabaseFounding.isFounded(paths)) {
            throw new RestoreException(
                    paths.databaseFile() + " is a database of this node", "move it and its directory away");
        }
        DatabaseFounding.refuseForeignFile(paths);
        DurableFiles.createDirectories(paths.stateDirectory());
    }

    @Override
    public Path temporary() {
        return temporaryIn(paths);
    }

    static Path temporaryIn(DatabasePaths paths) {
        return paths.stateDirectory().resolve("from-backup");
    }

    /** In the order of every first copy: the checkpoint record comes last, and without it nothing counts. */
    @Override
    public void install(RestoredState state, long nowMillis) throws IOException {
        Position proven = state.proven();
        if (proven == null) {
            throw new RestoreException(
                    "the backup does not say which state it must give",
                    "restore it to a file and `import` that one under a new name");
        }
        try (FileChannel file = FileChannel.open(temporary(), StandardOpenOption.READ)) {
            DatabasePlacement.requireDatabase(file, state.pageSize());
        }
        Beginning begins = beginning.at(proven);
        long[] checksums = state.pageChecksums();
        DatabaseFounding.found(
                paths, databaseId, begins.base(), begins.history(), state.pageSize(), checksums, settings, clock);
        DatabasePlacement.install(temporary(), paths.databaseFile());
        DatabaseFounding.recordCheckpoint(
                paths, databaseId, begins.base(), state.pageSize(), checksums.length, WalMark.NONE);
    }
}
