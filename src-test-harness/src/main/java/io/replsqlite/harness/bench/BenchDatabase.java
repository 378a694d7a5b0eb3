package io.replsqlite.harness.bench;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseDeadline;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.upload.BackupSettings;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.config.DurabilitySettings;
import io.replsqlite.server.database.ClientLimits;
import io.replsqlite.server.database.DatabaseSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.follow.EpochPromise;
import io.replsqlite.server.follow.FollowerSettings;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

/** A primary's database in this JVM, without endpoint and followers: the write path alone. */
final class BenchDatabase implements AutoCloseable {
    private static final UUID ID = new UUID(1, 1);

    private final ReplicatedDatabase database;

    BenchDatabase(Path directory) throws IOException, SQLException, InterruptedException {
        this(directory, 1);
    }

    /** @param epoch greater than that of every earlier opening of the same directory */
    BenchDatabase(Path directory, long epoch) throws IOException, SQLException, InterruptedException {
        this(directory, epoch, Optional.empty());
    }

    /** @param backup where it is backed up to */
    BenchDatabase(Path directory, long epoch, Optional<BackupTargets> backup)
            throws IOException, SQLException, InterruptedException {
        DurableFiles.createDirectories(directory);
        StoreSettings store = new StoreSettings(LogSettings.DEFAULT, 16 << 20, 256);
        FollowerSettings follower = new FollowerSettings(
                store, 1000, Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofMillis(100));
        DatabaseSettings settings = new DatabaseSettings(
                "bench",
                "http://127.0.0.1:1",
                follower,
                Duration.ofMillis(5),
                Duration.ofSeconds(1),
                1L << 30,
                Duration.ofHours(1),
                ClientLimits.DEFAULT,
                backup.map(BenchDatabase::backupTo).orElse(BackupSettings.NONE),
                DurabilitySettings.LOCAL);
        database = new ReplicatedDatabase(
                "bench", ID, DatabasePaths.of(directory, "bench"), settings, EpochPromise.ALONE, MonotonicClock.SYSTEM);
        database.lead(new Lease(new Epoch(epoch), LeaseDeadline.UNTIL_LOST));
    }

    private static BackupSettings backupTo(BackupTargets targets) {
        BackupSettings none = BackupSettings.NONE;
        return new BackupSettings(targets, Duration.ofSeconds(1), 1L << 30, none.lagLimit(), none.keeping(), false);
    }

    /** The newest txid that is acknowledged. */
    long head() {
        return database.board().snapshot().head().value();
    }

    /** The newest txid that is in the backup. */
    long uploaded() {
        return database.backups().get(0).uploaded().txid().value();
    }

    /** Runs one write to its acknowledgement. */
    void write(WriteWork<Integer> work) throws InterruptedException, SQLException {
        try {
            var ignored = database.submit(work, Deadline.afterMillis(10_000, MonotonicClock.SYSTEM))
                    .get();
        } catch (ExecutionException failed) {
            throw new SQLException("the write failed", failed.getCause());
        }
    }

    @Override
    public void close() throws IOException, SQLException, InterruptedException {
        database.close();
    }
}
