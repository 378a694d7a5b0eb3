package io.replsqlite.harness.bench;

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
 * What a backup to a directory costs commits, in alternating single-row inserts with and without one; and how far it is
 * behind at 500 commits a second.
 */
final class BackupScenario {
    private static final String INSERT = "insert into t(name, value) values (?, ?)";
    private static final int COMMITS = 4000;
    private static final int WARM_UP = 1000;
    private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1) / 500;
    private static final int PACED_COMMITS = 5000;

    private final Path directory;

    /** A commit that is not known to be uploaded. */
    private record Commit(long txid, long atNanos) {}

    BackupScenario(Path directory) {
        this.directory = directory;
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        StoreUrl target = StoreUrl.parse("file://" + directory.resolve("backup"));
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

    private static Figure cost(BenchDatabase plain, BenchDatabase backedUp) throws SQLException, InterruptedException {
        Samples without = new Samples();
        Samples with = new Samples();
        for (int i = 0; i < COMMITS; i++) {
            long start = System.nanoTime();
            insert(plain, i);
            long middle = System.nanoTime();
            insert(backedUp, i);
            long end = System.nanoTime();
            if (i >= WARM_UP) {
                without.add(middle - start);
                with.add(end - middle);
            }
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

    private static Figure distance(BenchDatabase database) throws SQLException, InterruptedException {
        Samples behind = new Samples();
        Deque<Commit> waiting = new ArrayDeque<>();
        long next = System.nanoTime();
        for (int i = 0; i < PACED_COMMITS; i++) {
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
