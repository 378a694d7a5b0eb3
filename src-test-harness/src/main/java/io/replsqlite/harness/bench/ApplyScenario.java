package io.replsqlite.harness.bench;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.checkpoint.CheckpointSchedule;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.follow.FollowerCheckpoint;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.pages.PageSpool;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.store.RecordApplier;
import io.replsqlite.server.store.Recovery;
import io.replsqlite.server.store.StoreSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Applies the change sets of a run of transactions one by one (each its own commit, checkpoints included) against the
 * time that SQLite itself takes to commit the same transactions with {@code synchronous=NORMAL}. The first of them are
 * not counted on either side: the JVM compiles meanwhile.
 */
final class ApplyScenario {
    private static final int WARM_UP = 10_000;
    private static final int TRANSACTIONS = 10_000;
    private static final int ROWS_PER_TRANSACTION = 3;
    private static final int CHECKPOINT_FRAMES = 4000;
    private static final StoreSettings SETTINGS = new StoreSettings(LogSettings.DEFAULT, 16 << 20, 1);

    private final Path directory;

    ApplyScenario(Path directory) {
        this.directory = directory;
    }

    /** The same writes for everybody, from a fixed seed. */
    private static void transaction(PreparedStatement upsert, Random random) throws SQLException {
        for (int row = 0; row < ROWS_PER_TRANSACTION; row++) {
            upsert.setInt(1, random.nextInt(20_000));
            upsert.setString(2, "value " + random.nextLong());
            int ignored = upsert.executeUpdate();
        }
    }

    private static final String TABLE = "create table t(id integer primary key, name text)";
    private static final String UPSERT = "insert into t values (?, ?) on conflict(id) do update set name=excluded.name";

    Figure run() throws IOException, SQLException, InterruptedException {
        double plainPerSecond = commitPlainly();
        Path primary = Files.createDirectories(directory.resolve("primary"));
        Path follower = directory.resolve("follower");
        try (BenchDatabase created = new BenchDatabase(primary)) {
            created.write(connection -> CommitScenario.execute(connection, TABLE));
        }
        copyTree(primary, follower);
        writeOnPrimary(primary);
        double appliedPerSecond = apply(primary, follower);
        return new Figure(
                "apply, change set by change set",
                perSecond("", appliedPerSecond),
                perSecond("SQLite commits ", plainPerSecond),
                appliedPerSecond / plainPerSecond,
                1.0,
                true,
                "x");
    }

    private static Measurement perSecond(String who, double transactions) {
        return Measurement.of(
                "%s%.0f transactions/s".formatted(who, transactions), "transactionsPerSecond", transactions);
    }

    private double commitPlainly() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("plain.db"))) {
            int ignored = CommitScenario.execute(connection, "pragma journal_mode=wal");
            ignored = CommitScenario.execute(connection, "pragma synchronous=normal");
            ignored = CommitScenario.execute(connection, TABLE);
            connection.setAutoCommit(false);
            Random random = new Random(1);
            try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
                long start = System.nanoTime();
                for (int i = -WARM_UP; i < TRANSACTIONS; i++) {
                    start = i == 0 ? System.nanoTime() : start;
                    transaction(upsert, random);
                    connection.commit();
                }
                return TRANSACTIONS * 1e9 / (System.nanoTime() - start);
            }
        }
    }

    private static void writeOnPrimary(Path primary) throws IOException, SQLException, InterruptedException {
        Random random = new Random(1);
        try (BenchDatabase database = new BenchDatabase(primary, 2)) {
            for (int i = 0; i < WARM_UP + TRANSACTIONS; i++) {
                database.write(connection -> {
                    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
                        transaction(upsert, random);
                    }
                    return 0;
                });
            }
        }
    }

    private static double apply(Path primary, Path follower) throws IOException, SQLException {
        try (OpenDatabase source = open(primary);
                OpenDatabase target = open(follower)) {
            copyLog(source, target);
            ExecutorService background = Executors.newSingleThreadExecutor(NamedThreads.of("checkpoint"));
            PageSpool spool = new PageSpool(target.paths().spoolFile(), SETTINGS.applyMemoryBytes());
            try (ReplicaFile replica = ReplicaFile.open(target.files(), MonotonicClock.SYSTEM);
                    RecordApplier applier = new RecordApplier(target.log(), target.checksums(), spool, 1)) {
                CheckpointSchedule checkpoint = new CheckpointSchedule(
                        new FollowerCheckpoint(
                                replica, target.checkpoints(), target.paths().databaseFile()),
                        background,
                        CHECKPOINT_FRAMES,
                        Duration.ofMinutes(1),
                        MonotonicClock.SYSTEM);
                long start = System.nanoTime();
                int counted = -WARM_UP;
                while (applier.applyNext(replica, RecordApplier.NO_LIMIT)) {
                    checkpoint.runIfDue();
                    counted++;
                    start = counted == 0 ? System.nanoTime() : start;
                }
                double perSecond = counted * 1e9 / (System.nanoTime() - start);
                checkpoint.awaitCopy();
                if (!target.checksums()
                        .position()
                        .checksum()
                        .equals(source.log().head().checksum())) {
                    throw new IllegalStateException("the applied state is not the primary's");
                }
                return perSecond;
            }
        }
    }

    private static OpenDatabase open(Path node) throws IOException, SQLException {
        DatabasePaths paths = DatabasePaths.of(node, "bench");
        CheckpointRecord record = CheckpointRecord.read(paths.checkpointFile()).orElseThrow();
        return Recovery.open(paths, record, SETTINGS, MonotonicClock.SYSTEM);
    }

    private static void copyLog(OpenDatabase source, OpenDatabase target) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (LogCursor cursor = source.log().fromBase()) {
            while (cursor.advance() == LogCursor.Advance.RECORD) {
                if (cursor.record().header().position().compareTo(target.log().head()) > 0) {
                    body.reset();
                    cursor.record().transferBody(body);
                    var ignored = target.log().appendBody(ByteBuffer.wrap(body.toByteArray()));
                }
            }
        }
        var ignored = target.log().sync();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    DurableFiles.createDirectories(target);
                } else {
                    Files.copy(path, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
