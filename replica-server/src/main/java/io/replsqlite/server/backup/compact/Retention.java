package io.replsqlite.server.backup.compact;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.ObjectStore.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Deletes from a backup what other files replace, or what is older than is to be kept. */
public final class Retention {
    private static final int KEPT_SNAPSHOTS = 2;

    private final ObjectStore store;
    private final BackupKeys keys;
    private final KeepingSettings settings;
    private final long nowMillis;

    public Retention(BackupPlace place, KeepingSettings settings, long nowMillis) {
        this.store = place.store();
        this.keys = place.keys();
        this.settings = settings;
        this.nowMillis = nowMillis;
    }

    /** @return how many objects were deleted */
    public int run() throws IOException {
        List<BackupObject> files = BackupObject.listAll(store, keys);
        List<String> old = new ArrayList<>();
        addChanges(files, old);
        addRounds(files, old);
        addSnapshots(files, old);
        for (String key : old) {
            FailurePoint.BACKUP_DELETING.reached();
            store.delete(key);
        }
        return old.size() + deletePoints();
    }

    private boolean isOlder(long modifiedMillis, long retentionMillis) {
        return nowMillis - modifiedMillis > retentionMillis;
    }

    private static long end(List<BackupObject> files, int level) {
        return files.stream()
                .filter(file -> file.level() == level)
                .mapToLong(BackupObject::max)
                .max()
                .orElse(0);
    }

    /** Files of level 0 that level 1 holds; the newest one tells Litestream where the backup stands. */
    private void addChanges(List<BackupObject> files, List<String> old) {
        long compacted = end(files, 1);
        long newest = end(files, 0);
        for (BackupObject file : files) {
            if (file.level() == 0
                    && file.max() <= compacted
                    && file.max() < newest
                    && isOlder(file.modifiedMillis(), settings.detailRetention().toMillis())) {
                old.add(file.key());
            }
        }
    }

    /** A round ends where the next one begins; the newest one tells a new primary where to go on. */
    private void addRounds(List<BackupObject> files, List<String> old) throws IOException {
        long compacted = end(files, 1);
        List<StoredObject> rounds = store.list(keys.rounds()).stream()
                .filter(object -> BackupKeys.roundOf(object.name()).isPresent())
                .toList();
        for (int i = 0; i + 1 < rounds.size(); i++) {
            StoredObject round = rounds.get(i);
            long next = BackupKeys.roundOf(rounds.get(i + 1).name()).orElseThrow();
            if (next - 1 <= compacted
                    && isOlder(
                            round.modifiedMillis(), settings.detailRetention().toMillis())) {
                old.add(round.key());
            }
        }
    }

    /** Old snapshots, and what leads no further than to the oldest one that stays. */
    private void addSnapshots(List<BackupObject> files, List<String> old) {
        List<BackupObject> snapshots = files.stream()
                .filter(file -> file.level() == BackupKeys.SNAPSHOT_LEVEL)
                .sorted(Comparator.comparingLong(BackupObject::max))
                .toList();
        int first = 0;
        while (snapshots.size() - first > KEPT_SNAPSHOTS
                && isOlder(
                        snapshots.get(first + 1).modifiedMillis(),
                        settings.retention().toMillis())) {
            old.add(snapshots.get(first).key());
            first++;
        }
        long floor = snapshots.isEmpty() ? 0 : snapshots.get(first).max();
        for (BackupObject file : files) {
            if (file.level() >= 1
                    && file.level() <= BackupKeys.TOP_LEVEL
                    && file.max() <= floor
                    && !isTop(file, files)) {
                old.add(file.key());
            }
        }
    }

    /** The last file of a level tells compaction where to go on. */
    private static boolean isTop(BackupObject file, List<BackupObject> files) {
        return file.max() == end(files, file.level());
    }

    /** Points of states that no file ends in any more. */
    private int deletePoints() throws IOException {
        Set<Long> ends = new HashSet<>();
        BackupObject.listAll(store, keys).forEach(file -> ends.add(file.max()));
        int deleted = 0;
        for (StoredObject point : store.list(keys.points())) {
            var txid = BackupKeys.pointOf(point.name());
            if (txid.isPresent()
                    && !ends.contains(txid.getAsLong())
                    && isOlder(
                            point.modifiedMillis(), settings.detailRetention().toMillis())) {
                store.delete(point.key());
                deleted++;
            }
        }
        return deleted;
    }
}
