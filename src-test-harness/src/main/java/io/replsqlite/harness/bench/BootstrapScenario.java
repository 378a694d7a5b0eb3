package io.replsqlite.harness.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.status.Health;
import io.replsqlite.status.StatusPageException;
import io.replsqlite.status.StatusPageReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A follower's first copy of a large database, from the moment it has its role until the database can be read, against
 * copying the file and syncing the copy. Both nodes run with a heap of 256 MB.
 */
final class BootstrapScenario {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int BLOB_BYTES = 100_000;

    private final Path directory;
    private final int megabytes;

    BootstrapScenario(Path directory, int megabytes) {
        this.directory = directory;
        this.megabytes = megabytes;
    }

    Figure run() throws IOException, SQLException, InterruptedException {
        BenchNodes nodes = BenchNodes.in(directory);
        Path primaryDirectory = Files.createDirectories(directory.resolve("node1"));
        Path file = primaryDirectory.resolve("app.db");
        fill(file);
        double copySeconds = copy(file);
        try (NodeProcess primary = nodes.startPrimary()) {
            JsonNode ignored = primary.awaitReady(LIMIT);
            copySeconds = Math.min(copySeconds, copy(file));
            try (NodeProcess follower = nodes.startFollower()) {
                ignored = follower.awaitReady(LIMIT);
                long start = System.nanoTime();
                awaitReadable(follower);
                double seconds = (System.nanoTime() - start) / 1e9;
                return new Figure(
                        "bootstrap of " + Files.size(file) / 1_000_000 + " MB, -Xmx256m",
                        Measurement.of("%.2f s".formatted(seconds), "seconds", seconds),
                        Measurement.of("cp and fsync %.2f s".formatted(copySeconds), "seconds", copySeconds),
                        seconds / copySeconds,
                        1.5,
                        false,
                        "x");
            }
        }
    }

    void fill(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            int ignored = CommitScenario.execute(connection, "create table t(id integer primary key, content blob)");
            connection.setAutoCommit(false);
            Random random = new Random(1);
            byte[] blob = new byte[BLOB_BYTES];
            try (PreparedStatement insert = connection.prepareStatement("insert into t(content) values (?)")) {
                for (long written = 0; written < megabytes * 1_000_000L; written += BLOB_BYTES) {
                    random.nextBytes(blob);
                    insert.setBytes(1, blob);
                    ignored = insert.executeUpdate();
                }
            }
            connection.commit();
        }
    }

    double copy(Path file) throws IOException {
        Path target = directory.resolve("copy");
        long start = System.nanoTime();
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            while (from.read(buffer) >= 0) {
                buffer.flip();
                int ignored = to.write(buffer);
                buffer.compact();
            }
            to.force(true);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Files.delete(target);
        return seconds;
    }

    private static boolean isReadable(Path page) throws IOException {
        try {
            return StatusPageReader.open(page).snapshot().health() == Health.OK;
        } catch (StatusPageException beingWritten) {
            return false;
        }
    }

    private static void awaitReadable(NodeProcess follower) throws IOException {
        Path page = follower.directory().resolve("app.db-replsqlite").resolve("status");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            if (Files.exists(page) && isReadable(page)) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        throw new IOException("the follower did not become readable\n" + follower.logTail());
    }
}
