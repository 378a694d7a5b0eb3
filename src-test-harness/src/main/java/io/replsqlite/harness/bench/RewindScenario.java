package io.replsqlite.harness.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.server.rescue.RescuedTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An old primary with ten transactions of its own comes back to a large database: from the moment its process is ready
 * until its file shows the new primary's state, with the tail rescued and told.
 */
final class RewindScenario {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int DIVERGENT = 10;

    private final Path directory;
    private final int megabytes;

    RewindScenario(Path directory, int megabytes) {
        this.directory = directory;
        this.megabytes = megabytes;
    }

    Figure run() throws IOException, SQLException, InterruptedException {
        BenchNodes nodes = BenchNodes.in(directory);
        Path file = Files.createDirectories(directory.resolve("node1")).resolve("app.db");
        fill(file);
        diverge(nodes, file);
        try (NodeProcess second = nodes.startWithFileLease(2)) {
            JsonNode ignored = second.awaitReady(LIMIT);
            write("node2", "insert into t(content) values ('the winner')", 1);
            try (NodeProcess first = nodes.startWithFileLease(1)) {
                ignored = first.awaitReady(LIMIT);
                long start = System.nanoTime();
                await("node1 to show what node2 wrote", () -> count(file, "'the winner'") == 1);
                double seconds = (System.nanoTime() - start) / 1e9;
                requireRescued();
                return new Figure(
                        "rewind of " + Files.size(file) / 1_000_000 + " MB by " + DIVERGENT + " transactions",
                        Measurement.of("%.2f s".formatted(seconds), "seconds", seconds),
                        Measurement.of("2 s", "seconds", 2),
                        seconds / 2,
                        1,
                        false,
                        "x");
            }
        }
    }

    private void diverge(BenchNodes nodes, Path file) throws IOException, SQLException, InterruptedException {
        try (NodeProcess first = nodes.startWithFileLease(1)) {
            JsonNode ignored = first.awaitReady(LIMIT);
            try (NodeProcess second = nodes.startWithFileLease(2)) {
                ignored = second.awaitReady(LIMIT);
                write("node1", "insert into t(content) values ('shared')", 1);
                await("node2 to follow", () -> count(directory.resolve("node2/app.db"), "'shared'") == 1);
            }
            write("node1", "update t set content = 'only node1 has it' where id = 7 * ", DIVERGENT);
            if (count(file, "'only node1 has it'") != DIVERGENT) {
                throw new IOException("node1 has not committed its own transactions\n" + first.logTail());
            }
        }
    }

    private void write(String node, String sql, int times) throws SQLException {
        String url = "jdbc:replsqlite:" + directory.resolve(node).resolve("app.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (int i = 1; i <= times; i++) {
                int ignored = statement.executeUpdate(sql.endsWith("* ") ? sql + i : sql);
            }
        }
    }

    private void requireRescued() throws IOException {
        var tails = RescuedTail.in(directory.resolve("node1").resolve("app.db-replsqlite"));
        if (tails.size() != 1 || tails.get(0).manifest().rows() != DIVERGENT) {
            throw new IOException("not all transactions were rescued and told: " + tails);
        }
    }

    private void fill(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("create table t(id integer primary key, content)");
            statement.execute("with recursive n(i) as (select 1 union all select i + 1 from n where i < "
                    + megabytes * 1000L + ") insert into t select i, hex(randomblob(480)) from n");
        }
    }

    /** Among the rows that are updated here, and the newest. */
    private static long count(Path file, String content) throws SQLException {
        String sql = "select count(*) from t where content = " + content
                + " and (id in (7,14,21,28,35,42,49,56,63,70) or id > (select max(id) from t) - 10)";
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:file:" + file + "?mode=ro");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private static void await(String what, Condition condition) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        SQLException last = null;
        while (System.nanoTime() < end) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (SQLException notThereYet) {
                last = notThereYet;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        throw new IOException("waited in vain for " + what, last);
    }
}
