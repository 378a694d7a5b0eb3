package io.replsqlite.server.backup.restore;

import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.Catalogue;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.storage.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where in a store the backup of one database is.
 *
 * @param generation null if Litestream wrote it
 */
public record BackupPlace(
        ObjectStore store, BackupKeys keys, @Nullable Generation generation) {
    /**
     * @param wanted a generation; empty for the newest one
     * @throws RestoreException if there is no backup
     */
    public static BackupPlace find(ObjectStore store, boolean hexLevels, OptionalLong wanted) throws IOException {
        List<Long> numbers = store.list(BackupKeys.GENERATIONS).stream()
                .map(object -> BackupKeys.generationOf(object.name()))
                .flatMapToLong(OptionalLong::stream)
                .boxed()
                .sorted()
                .toList();
        if (!numbers.isEmpty()) {
            long number = wanted.isPresent() ? wanted.getAsLong() : newest(store, hexLevels, numbers);
            if (!numbers.contains(number)) {
                throw new RestoreException(
                        store + " has no generation " + number,
                        "choose one of " + numbers + ", or none for the newest");
            }
            String key = BackupKeys.generation(number);
            Generation generation = Generation.decode(key, store.readAll(key));
            return new BackupPlace(store, BackupKeys.of(number, hexLevels), generation);
        }
        for (boolean hex : new boolean[] {hexLevels, !hexLevels}) {
            BackupKeys keys = new BackupKeys("", hex);
            if (isLitestream(store, keys)) {
                return new BackupPlace(store, keys, null);
            }
        }
        throw new RestoreException(
                "there is no backup in " + store,
                "give the URL of the setting 'backup' followed by /DATABASE, or that of Litestream's replica");
    }

    /** A generation begins with its snapshot; until that is there, the one before is the newest that can be restored. */
    private static long newest(ObjectStore store, boolean hexLevels, List<Long> numbers) throws IOException {
        for (int i = numbers.size() - 1; i > 0; i--) {
            BackupKeys keys = BackupKeys.of(numbers.get(i), hexLevels);
            if (!BackupObject.list(store, keys, BackupKeys.SNAPSHOT_LEVEL).isEmpty()) {
                return numbers.get(i);
            }
        }
        return numbers.get(0);
    }

    /** What is there now. */
    public Catalogue catalogue() throws IOException {
        return Catalogue.list(store, keys, generation != null);
    }

    private static boolean isLitestream(ObjectStore store, BackupKeys keys) throws IOException {
        return !BackupObject.list(store, keys, 0).isEmpty()
                || !BackupObject.list(store, keys, BackupKeys.SNAPSHOT_LEVEL).isEmpty();
    }
}
