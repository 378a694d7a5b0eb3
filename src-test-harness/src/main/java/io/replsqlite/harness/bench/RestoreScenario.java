package io.replsqlite.harness.bench;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Restores a database from a directory, with a heap of 256 MB; checked whole. Against copying and syncing the file. */
final class RestoreScenario {
    private static final double MEGABYTE = 1_000_000;

    private final Path directory;
    private final int megabytes;

    RestoreScenario(Path directory, int megabytes) {
        this.directory = directory;
        this.megabytes = megabytes;
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        StoreUrl target = StoreUrl.parse("file://" + directory.resolve("backup"));
        Path source = Files.createDirectories(directory.resolve("node"));
        new BootstrapScenario(directory, megabytes).fill(source.resolve("bench.db"));
        double copySeconds = new BootstrapScenario(directory, megabytes).copy(source.resolve("bench.db"));
        try (BenchDatabase database = new BenchDatabase(source, 1, Optional.of(target))) {
            while (database.uploaded() < database.head()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        RestoreResult result = restore(target.child("bench"));
        double size = result.databaseBytes() / MEGABYTE;
        double read = size * 1000 / result.readMillis();
        String text = "%.0f MB: read %d ms, checked %d ms, used heap %d MB"
                .formatted(size, result.readMillis(), result.checkMillis(), usedMegabytes());
        return List.of(
                new Figure(
                        "restore from a directory, read and written",
                        Measurement.of(text, "megabytesPerSecond", read),
                        Measurement.of("cp and fsync %.2f s".formatted(copySeconds), "seconds", copySeconds),
                        read,
                        250,
                        true,
                        " MB/s"),
                new Figure(
                        "restore against cp and fsync, read and written",
                        Measurement.of(text, "seconds", result.readMillis() / 1000.0),
                        Measurement.of("cp and fsync %.2f s".formatted(copySeconds), "seconds", copySeconds),
                        result.readMillis() / 1000.0 / copySeconds,
                        2,
                        false,
                        "x"));
    }

    private static long usedMegabytes() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    private RestoreResult restore(StoreUrl url) throws IOException {
        try (ObjectStore store = Stores.open(url, null)) {
            BackupPlace place = BackupPlace.find(store, url.hasHexLevels(), OptionalLong.empty());
            return new Restore(
                            place,
                            new RestorePoint.Latest(),
                            directory.resolve("restored.db"),
                            false,
                            (done, of) -> {},
                            MonotonicClock.SYSTEM)
                    .run();
        }
    }
}
