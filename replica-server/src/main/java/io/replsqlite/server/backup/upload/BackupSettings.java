package io.replsqlite.server.backup.upload;

import io.replsqlite.server.backup.compact.KeepingSettings;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Where the databases of a node are backed up to, and how.
 *
 * @param access to all of the targets
 * @param interval between uploads, at least
 * @param queueBytes how large a log may grow for the sake of commits that are not uploaded
 * @param givesFirstCopies whether followers take their first copy from there
 */
public record BackupSettings(
        List<StoreUrl> targets,
        StoreAccess access,
        Duration interval,
        long queueBytes,
        KeepingSettings keeping,
        boolean givesFirstCopies) {
    private static final KeepingSettings DAILY = new KeepingSettings(
            KeepingSettings.LEVELS, Duration.ofHours(24), Duration.ofHours(24), Duration.ofMinutes(5));

    public static final BackupSettings NONE =
            new BackupSettings(List.of(), StoreAccess.OF_ENVIRONMENT, Duration.ofSeconds(1), 0, DAILY, false);

    public BackupSettings {
        targets = List.copyOf(targets);
    }

    /** One target for one database. */
    Destination destination(StoreUrl target, String database) {
        StoreUrl url = target.child(database);
        return new Destination(url.toString(), url.hasHexLevels(), () -> access.open(url));
    }

    /** Opens a store; fails if its credentials cannot be read. */
    @FunctionalInterface
    interface StoreOpener {
        ObjectStore open() throws IOException;
    }

    /** A place for one database's backup, not opened yet. */
    record Destination(String name, boolean hexLevels, StoreOpener opener) {}
}
