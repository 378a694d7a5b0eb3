package io.replsqlite.server.backup.compact;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.ObjectStore.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Deletes generations that a failover or a rebirth has ended, once nobody needs them: two snapshots of the newest generation
 * can be restored, the older of them for as long as the retention, and nothing was added to the ended one for as long. A
 * cluster that lives on beside its own rebirth keeps its backup by that.
 *
 * <p>Time is that of the newest round in the store, where that is behind the node's: a clock that runs ahead deletes nothing.
 */
public final class SupersededGenerations {
    private static final int SNAPSHOTS_NEEDED = 2;

    private final BackupPlace place;
    private final ObjectStore store;
    private final Duration retention;
    private final long nowMillis;

    /** @param place the newest generation that has a snapshot */
    public SupersededGenerations(BackupPlace place, Duration retention, long nowMillis) {
        this.place = place;
        this.store = place.store();
        this.retention = retention;
        this.nowMillis = nowMillis;
    }

    /** @return the generations that were deleted, ascending */
    public List<Long> delete() throws IOException {
        Generation present = place.generation();
        if (present == null) {
            return List.of();
        }
        List<Long> older = generationsBefore(present.number());
        if (older.isEmpty()) {
            return List.of();
        }
        long now = Math.min(nowMillis, newest(place.keys().rounds()));
        if (!isWellKept(now)) {
            return List.of();
        }
        List<Long> deleted = new ArrayList<>();
        for (long number : older) {
            BackupKeys keys = BackupKeys.of(number, place.keys().hexLevels());
            if (isOld(newest(keys.rounds()), now)) {
                delete(number, keys);
                deleted.add(number);
            }
        }
        return deleted;
    }

    private List<Long> generationsBefore(long present) throws IOException {
        List<Long> older = new ArrayList<>();
        for (StoredObject object : store.list(BackupKeys.GENERATIONS)) {
            OptionalLong number = BackupKeys.generationOf(object.name());
            if (number.isPresent() && number.getAsLong() < present) {
                older.add(number.getAsLong());
            }
        }
        return older;
    }

    /** 0 if there is nothing, or its time is not known. */
    private long newest(String prefix) throws IOException {
        return store.list(prefix).stream()
                .mapToLong(StoredObject::modifiedMillis)
                .max()
                .orElse(0);
    }

    private boolean isOld(long modifiedMillis, long now) {
        return now - modifiedMillis > retention.toMillis();
    }

    private boolean isWellKept(long now) throws IOException {
        List<Long> snapshots = store.list(place.keys().level(BackupKeys.SNAPSHOT_LEVEL)).stream()
                .map(StoredObject::modifiedMillis)
                .sorted(Comparator.reverseOrder())
                .toList();
        if (snapshots.size() < SNAPSHOTS_NEEDED) {
            return false;
        }
        long second = snapshots.get(SNAPSHOTS_NEEDED - 1);
        return second > 0 && isOld(second, now);
    }

    /** Its snapshots go first: what is left of it after a crash is refused, not restored in part. Its file comes last. */
    private void delete(long number, BackupKeys keys) throws IOException {
        List<String> prefixes = new ArrayList<>();
        for (int level = BackupKeys.SNAPSHOT_LEVEL; level >= 0; level--) {
            prefixes.add(keys.level(level));
        }
        prefixes.addAll(List.of(keys.points(), keys.rounds()));
        for (String prefix : prefixes) {
            for (StoredObject object : store.list(prefix)) {
                FailurePoint.BACKUP_DELETING.reached();
                store.delete(object.key());
            }
        }
        store.delete(BackupKeys.generation(number));
    }
}
