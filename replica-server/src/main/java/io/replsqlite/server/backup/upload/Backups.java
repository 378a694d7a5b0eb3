package io.replsqlite.server.backup.upload;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.compact.BackupKeeper;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The backups of one database during one tenure: an uploader for each target. */
public final class Backups implements AutoCloseable {
    private final List<BackupUploader> uploaders = new ArrayList<>();

    private final List<BackupKeeper> keepers = new ArrayList<>();

    private Backups() {}

    /** Starts them; whatever is wrong with a target keeps nobody from writing. */
    public static Backups begin(BackupSource source, BackupSettings settings, MonotonicClock clock) {
        Backups backups = new Backups();
        for (StoreUrl target : settings.targets()) {
            BackupUploader uploader = new BackupUploader(
                    source, settings.destination(target, source.database()), settings.interval(), clock);
            backups.uploaders.add(uploader);
            uploader.start();
            backups.keep(uploader, settings, source, target, clock);
        }
        return backups;
    }

    private void keep(
            BackupUploader uploader,
            BackupSettings settings,
            BackupSource source,
            StoreUrl target,
            MonotonicClock clock) {
        BackupSettings.Destination destination = settings.destination(target, source.database());
        BackupKeeper keeper = new BackupKeeper(
                source.database(),
                destination.opener()::open,
                destination.hexLevels(),
                settings.keeping(),
                () -> isUploading(uploader, source) ? uploader.uploadedGate().currentValue() : 0,
                clock);
        keepers.add(keeper);
        keeper.start();
    }

    private static boolean isUploading(BackupUploader uploader, BackupSource source) {
        return uploader.status().state() == BackupStatus.State.STREAMING
                && source.holdsLease().getAsBoolean();
    }

    public List<BackupStatus> status() {
        return uploaders.stream().map(BackupUploader::status).toList();
    }

    /** The least txid that every target has: the log keeps what comes after it if it can. */
    public OptionalLong slowest() {
        return uploaders.stream()
                .mapToLong(uploader -> uploader.status().uploaded().txid().value())
                .min();
    }

    /** They end after the call under way; {@link #close} waits for that. */
    public void requestStop() {
        uploaders.forEach(BackupUploader::requestStop);
        keepers.forEach(BackupKeeper::requestStop);
    }

    @Override
    public void close() throws InterruptedException {
        requestStop();
        for (BackupKeeper keeper : keepers) {
            keeper.close();
        }
        for (BackupUploader uploader : uploaders) {
            uploader.close();
        }
    }
}
