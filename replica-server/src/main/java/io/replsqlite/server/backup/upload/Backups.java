package io.replsqlite.server.backup.upload;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The backups of one database during one tenure: an uploader for each target. */
public final class Backups implements AutoCloseable {
    private final List<BackupUploader> uploaders = new ArrayList<>();

    private Backups() {}

    /** Starts them; whatever is wrong with a target keeps nobody from writing. */
    public static Backups begin(BackupSource source, BackupSettings settings, MonotonicClock clock) {
        Backups backups = new Backups();
        for (StoreUrl target : settings.targets()) {
            BackupUploader uploader = new BackupUploader(
                    source, settings.destination(target, source.database()), settings.interval(), clock);
            backups.uploaders.add(uploader);
            uploader.start();
        }
        return backups;
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

    @Override
    public void close() throws InterruptedException {
        for (BackupUploader uploader : uploaders) {
            uploader.requestStop();
        }
        for (BackupUploader uploader : uploaders) {
            uploader.close();
        }
    }
}
