package io.replsqlite.server.backup.upload;

import io.replsqlite.server.backup.compact.KeepingSettings;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the databases of a node are backed up to, and how.
 *
 * @param credentials for all of the targets; null to use the environment's
 * @param interval between uploads, at least
 * @param queueBytes how large a log may grow for the sake of commits that are not uploaded
 */
public record BackupSettings(
        List<StoreUrl> targets,
        @Nullable Path credentials,
        Duration interval,
        long queueBytes,
        KeepingSettings keeping) {
    private static final KeepingSettings DAILY = new KeepingSettings(
            KeepingSettings.LEVELS, Duration.ofHours(24), Duration.ofHours(24), Duration.ofMinutes(5));

    public static final BackupSettings NONE = new BackupSettings(List.of(), null, Duration.ofSeconds(1), 0, DAILY);

    public BackupSettings {
        targets = List.copyOf(targets);
    }

    /** One target for one database. */
    Destination destination(StoreUrl target, String database) {
        StoreUrl url = target.child(database);
        return new Destination(url.toString(), url.hasHexLevels(), () -> Stores.open(url, credentials));
    }

    /** Opens a store; fails if its credentials cannot be read. */
    @FunctionalInterface
    interface StoreOpener {
        ObjectStore open() throws IOException;
    }

    /** A place for one database's backup, not opened yet. */
    record Destination(String name, boolean hexLevels, StoreOpener opener) {}
}
