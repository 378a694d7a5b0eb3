package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.bootstrap.LostDatabase;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Makes the directory of a node out of the backup of a cluster that was lost: all of its databases, and a promise that keeps
 * every epoch of the lost cluster out. The catalogue comes last: until then no node begins in the directory, and the same
 * rebirth goes on.
 */
public final class NodeRebirth implements AutoCloseable {
    private static final StoreSettings STORE = new StoreSettings(LogSettings.DEFAULT, 16 << 20, 256);

    private final Path directory;
    private final RestorePoint point;
    private final MonotonicClock clock;
    private final List<ObjectStore> stores = new ArrayList<>();
    private final List<LostDatabase> databases = new ArrayList<>();

    /** By an earlier attempt in this directory. */
    private Epoch promised = Epoch.NONE;

    private NodeRebirth(Path directory, RestorePoint point, MonotonicClock clock) {
        this.directory = directory;
        this.point = point;
        this.clock = clock;
    }

    /**
     * Looks at everything and writes nothing.
     *
     * @param backup the setting {@code backup} of the lost cluster
     * @param names of the databases; empty for all that are there
     * @throws RestoreException if it cannot be done
     */
    public static NodeRebirth plan(
            Path directory,
            StoreUrl backup,
            StoreAccess access,
            List<String> names,
            RestorePoint point,
            MonotonicClock clock)
            throws IOException {
        NodeRebirth rebirth = new NodeRebirth(directory.toAbsolutePath(), point, clock);
        try {
            rebirth.requireNoNode();
            rebirth.readPromise();
            rebirth.findAll(backup, access, names);
            return rebirth;
        } catch (IOException | RuntimeException failure) {
            rebirth.close();
            throw failure;
        }
    }

    private void requireNoNode() throws RestoreException {
        if (Files.exists(NodeFiles.directoryIn(directory).resolve("catalogue.json"))) {
            throw new RestoreException(
                    directory + " is the directory of a node",
                    "start that node if it holds the data; rebirth is for a cluster of which nothing is left. Else give"
                            + " another directory");
        }
    }

    private void readPromise() throws IOException {
        if (Files.isDirectory(NodeFiles.directoryIn(directory))) {
            promised = new NodeFiles(directory).promiseFile().read().epoch();
        }
    }

    private void findAll(StoreUrl backup, StoreAccess access, List<String> names) throws IOException {
        List<String> found = names;
        if (names.isEmpty()) {
            try (ObjectStore root = access.open(backup)) {
                found = root.directories().stream().filter(Catalogue::isName).toList();
            }
        }
        for (String name : found) {
            StoreUrl url = backup.child(name);
            ObjectStore store = access.open(url);
            stores.add(store);
            if (!names.isEmpty() || isBackup(store)) {
                BackupPlace place = BackupPlace.find(store, url.hasHexLevels(), OptionalLong.empty());
                databases.add(LostDatabase.find(name, place, point));
            }
        }
        if (databases.isEmpty()) {
            throw new RestoreException(
                    "there is no backup of any database below " + backup,
                    "give the setting 'backup' of the lost cluster, without the name of a database");
        }
    }

    private static boolean isBackup(ObjectStore store) throws IOException {
        return !store.list(BackupKeys.GENERATIONS).isEmpty();
    }

    public List<LostDatabase> databases() {
        return List.copyOf(databases);
    }

    /** Above every epoch that the lost cluster can have come to; that of an earlier attempt in this directory. */
    public Epoch epoch() {
        if (databases.stream().allMatch(database -> database.isMarked(promised))) {
            return promised;
        }
        long highest = databases.stream()
                .mapToLong(database -> database.freeEpoch().value())
                .max()
                .orElseThrow();
        return new Epoch(highest);
    }

    /** @throws IOException if it stopped on the way: the same rebirth goes on */
    public void run(Restore.Progress progress) throws IOException {
        Epoch epoch = epoch();
        for (LostDatabase database : databases) {
            database.mark(epoch, clock);
        }
        NodeFiles files = new NodeFiles(directory);
        PromiseFile promise = files.promiseFile();
        if (epoch.isAfter(promise.read().epoch())) { // else an earlier rebirth, which stopped on the way, has stored it
            promise.write(new EpochPromises.Promise(epoch, ""));
        }
        for (LostDatabase database : databases) {
            DatabasePaths paths = DatabasePaths.of(directory, database.name());
            if (!isDone(paths, database)) {
                var ignored = database.bringBack(paths, epoch, STORE, progress, clock);
            }
        }
        new Catalogue(files.catalogueFile())
                .putAll(databases.stream()
                        .map(database ->
                                new Catalogue.Entry(database.name(), database.id(), false, Catalogue.State.PRESENT))
                        .toList());
    }

    /** Whether an earlier attempt has got as far as this. */
    private boolean isDone(DatabasePaths paths, LostDatabase database) throws IOException {
        if (!DatabaseFounding.isFounded(paths)) {
            return false;
        }
        CheckpointRecord record = CheckpointRecord.read(paths.checkpointFile()).orElseThrow();
        return record.databaseId().equals(database.id())
                && record.position().epoch().equals(epoch())
                && record.position().txid().equals(database.firstTxid(epoch()));
    }

    @Override
    public void close() {
        stores.forEach(ObjectStore::close);
    }
}
