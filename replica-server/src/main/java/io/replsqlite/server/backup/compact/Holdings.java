package io.replsqlite.server.backup.compact;

import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.Catalogue;
import io.replsqlite.server.backup.restore.BackupPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a backup held when somebody looked.
 *
 * @param oldestTxid the first point that can be restored; 0 if none can
 * @param oldestMillis when that was
 * @param levels those that hold something, ascending
 */
public record Holdings(long oldestTxid, long oldestMillis, List<Level> levels) {
    /**
     * One level.
     *
     * @param lastTxid where its last file ends
     * @param lastMillis when that was
     */
    public record Level(int level, int files, long bytes, long lastTxid, long lastMillis) {}

    public Holdings {
        levels = List.copyOf(levels);
    }

    /** Lists every level once, and reads the header of the oldest base and of each level's last file. */
    public static Holdings of(BackupPlace place) throws IOException {
        Catalogue catalogue = place.catalogue();
        List<Level> levels = new ArrayList<>();
        for (int number = 0; number <= BackupKeys.SNAPSHOT_LEVEL; number++) {
            int level = number;
            List<BackupObject> files = catalogue.files().stream()
                    .filter(file -> file.level() == level)
                    .toList();
            if (!files.isEmpty()) {
                levels.add(describe(catalogue, level, files));
            }
        }
        OptionalLong oldest = catalogue.oldest();
        return oldest.isEmpty()
                ? new Holdings(0, 0, levels)
                : new Holdings(oldest.getAsLong(), catalogue.timeOfEnd(oldest.getAsLong()), levels);
    }

    private static Level describe(Catalogue catalogue, int level, List<BackupObject> files) throws IOException {
        BackupObject last =
                files.stream().max(Comparator.comparingLong(BackupObject::max)).orElseThrow();
        return new Level(
                level,
                files.size(),
                files.stream().mapToLong(BackupObject::sizeBytes).sum(),
                last.max(),
                catalogue.timeOf(last));
    }
}
