package io.replsqlite.server.backup.upload;

import io.replsqlite.server.backup.compact.KeepingSettings;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.config.LagLimit;
import java.io.IOException;
import java.time.Duration;

/**
 * Where the databases of a node are backed up to, and how.
 *
 * @param interval between uploads, at least
 * @param queueBytes how large a log may grow for the sake of commits that are not uploaded
 * @param lagLimit how far a backup may be behind before writes wait for it
 * @param givesFirstCopies whether followers take their first copy from there
 */
public record BackupSettings(
        BackupTargets targets,
        Duration interval,
        long queueBytes,
        LagLimit lagLimit,
        KeepingSettings keeping,
        boolean givesFirstCopies) {
    private static final KeepingSettings DAILY = new KeepingSettings(
            KeepingSettings.LEVELS, Duration.ofHours(24), Duration.ofHours(24), Duration.ofMinutes(5));

    public static final BackupSettings NONE =
            new BackupSettings(BackupTargets.NONE, Duration.ofSeconds(1), 0, LagLimit.NONE, DAILY, false);

    /** One target for one database. */
    static Destination destination(BackupTargets.Target target, String database) {
        StoreUrl url = target.url().child(database);
        return new Destination(
                url.toString(), url.hasHexLevels(), () -> target.access().open(url));
    }

    /** Opens a store; fails if its credentials cannot be read. */
    @FunctionalInterface
    interface StoreOpener {
        ObjectStore open() throws IOException;
    }

    /** A place for one database's backup, not opened yet. */
    record Destination(String name, boolean hexLevels, StoreOpener opener) {}
}
