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
import java.util.List;
import java.util.OptionalLong;

/**
 * Deletes generations that a failover or a rebirth has ended, once the newest one that can be restored began longer ago than
 * the retention: until then each of their points can be had. What a deposed node adds to one afterwards stays, and is found
 * by nobody.
 */
public final class SupersededGenerations {
    private final BackupPlace place;
    private final Duration retention;
    private final long nowMillis;

    /** @param place the newest generation that has a snapshot */
    public SupersededGenerations(BackupPlace place, Duration retention, long nowMillis) {
        this.place = place;
        this.retention = retention;
        this.nowMillis = nowMillis;
    }

    /** @return the generations that were deleted, ascending */
    public List<Long> delete() throws IOException {
        Generation present = place.generation();
        if (present == null || !hasSnapshot()) {
            return List.of();
        }
        List<Long> older = new ArrayList<>();
        long begunMillis = 0;
        for (StoredObject object : place.store().list(BackupKeys.GENERATIONS)) {
            OptionalLong number = BackupKeys.generationOf(object.name());
            if (number.isPresent() && number.getAsLong() < present.number()) {
                older.add(number.getAsLong());
            } else if (number.isPresent() && number.getAsLong() == present.number()) {
                begunMillis = object.modifiedMillis();
            }
        }
        boolean unknown = begunMillis <= 0;
        if (unknown || nowMillis - begunMillis <= retention.toMillis()) {
            return List.of();
        }
        for (long number : older) {
            delete(number);
        }
        return older;
    }

    private boolean hasSnapshot() throws IOException {
        return !place.store()
                .list(place.keys().level(BackupKeys.SNAPSHOT_LEVEL))
                .isEmpty();
    }

    /** Its file comes last: after a crash the rest is found again. */
    private void delete(long number) throws IOException {
        ObjectStore store = place.store();
        BackupKeys keys = BackupKeys.of(number, place.keys().hexLevels());
        List<String> prefixes = new ArrayList<>(List.of(keys.points(), keys.rounds()));
        for (int level = 0; level <= BackupKeys.SNAPSHOT_LEVEL; level++) {
            prefixes.add(keys.level(level));
        }
        for (String prefix : prefixes) {
            for (StoredObject object : store.list(prefix)) {
                FailurePoint.BACKUP_DELETING.reached();
                store.delete(object.key());
            }
        }
        store.delete(BackupKeys.generation(number));
    }
}
