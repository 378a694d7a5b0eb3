package io.replsqlite.harness.bench;

import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a backup to a directory costs commits: single-row inserts with and without one, in alternating rounds; and how long a
 * commit takes to be in the backup at 500 commits a second.
 */
final class BackupScenario {
    private static final String INSERT = "insert into t(name, value) values (?, ?)";
    private static final int ROUNDS = 12;
    private static final int WARM_UP_ROUNDS = 2;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int COMMITS_PER_SECOND = 500;
    private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1) / COMMITS_PER_SECOND;

    private final Path directory;
    private final int pacedCommits;

    /** A commit that is not known to be uploaded. */
    private record Commit(long txid, long atNanos) {}

    /** @param seconds of steady commits */
    BackupScenario(Path directory, int seconds) {
        this.directory = directory;
        this.pacedCommits = seconds * COMMITS_PER_SECOND;
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        StoreUrl url = StoreUrl.parse("file://" + directory.resolve("backup"));
        BackupTargets target = BackupTargets.fixed(List.of(url), StoreAccess.OF_ENVIRONMENT);
        try (BenchDatabase plain = new BenchDatabase(directory.resolve("plain"));
                BenchDatabase backedUp = new BenchDatabase(directory.resolve("backed-up"), 1, Optional.of(target))) {
            create(plain);
            create(backedUp);
            return List.of(cost(plain, backedUp), distance(backedUp));
        }
    }

    private static void create(BenchDatabase database) throws SQLException, InterruptedException {
        database.write(writer -> CommitScenario.execute(writer, CommitScenario.TABLE));
    }

    private static void insert(BenchDatabase database, int value) throws SQLException, InterruptedException {
        database.write(writer -> {
            try (PreparedStatement insert = writer.prepareStatement(INSERT)) {
                return CommitScenario.insert(insert, value);
            }
        });
    }

    /** What is uploaded is uploaded before the round without a backup begins, which would pay for it otherwise. */
    private static Figure cost(BenchDatabase plain, BenchDatabase backedUp) throws SQLException, InterruptedException {
        Samples without = new Samples();
        Samples with = new Samples();
        for (int round = 0; round < ROUNDS; round++) {
            boolean warm = round >= WARM_UP_ROUNDS;
            awaitUploaded(backedUp);
            insertFor(plain, warm ? without : new Samples());
            insertFor(backedUp, warm ? with : new Samples());
        }
        return new Figure(
                "commit with a backup, against none",
                with.measurement(),
                without.measurement(),
                with.micros(0.5) / without.micros(0.5),
                1.05,
                false,
                "x");
    }

    private static void insertFor(BenchDatabase database, Samples taken) throws SQLException, InterruptedException {
        long end = System.nanoTime() + ROUND_NANOS;
        for (int i = 0; System.nanoTime() < end; i++) {
            long start = System.nanoTime();
            insert(database, i);
            taken.add(System.nanoTime() - start);
        }
    }

    private static void awaitUploaded(BenchDatabase database) {
        while (database.uploaded() < database.head()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private Figure distance(BenchDatabase database) throws SQLException, InterruptedException {
        Samples behind = new Samples();
        Deque<Commit> waiting = new ArrayDeque<>();
        awaitUploaded(database);
        long next = System.nanoTime();
        for (int i = 0; i < pacedCommits; i++) {
            insert(database, i);
            waiting.add(new Commit(database.head(), System.nanoTime()));
            settle(database, waiting, behind);
            next += PACE_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
        while (!waiting.isEmpty()) {
            settle(database, waiting, behind);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return new Figure(
                "from a commit to its upload, 500 commits/s (p99)",
                behind.measurement(),
                Measurement.NONE,
                behind.micros(0.99) / 1e6,
                2,
                false,
                " s");
    }

    private static void settle(BenchDatabase database, Deque<Commit> waiting, Samples behind) {
        long uploaded = database.uploaded();
        long now = System.nanoTime();
        while (!waiting.isEmpty() && waiting.getFirst().txid() <= uploaded) {
            behind.add(now - waiting.removeFirst().atNanos());
        }
    }
}
