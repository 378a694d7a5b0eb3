package io.replsqlite.harness.failover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.cluster.MeasuredProcess;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.server.admin.DatabaseStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database much larger than the heap: first snapshot, changes, another snapshot out of the objects, restore and drill, each
 * in a process with 256 MB of heap. Minutes, and six times the database on disk: {@code -Dbackup.megabytes=2000}.
 */
@EnabledIfSystemProperty(named = LargeBackupTest.SIZE, matches = "\\d+")
@Timeout(1800)
class LargeBackupTest {
    static final String SIZE = "backup.megabytes";

    private static final String APP = LocalCluster.DATABASE;
    private static final Duration LONG = Duration.ofMinutes(10);
    /** Heap, code, threads, buffers of native code; far below the database. */
    private static final long MOST_RESIDENT_MEGABYTES = 400;

    @TempDir
    Path directory;

    private String backup() {
        return "file://" + directory.resolve("backup");
    }

    @Test
    void backupCompactionRestoreAndDrillOfALargeDatabaseFitInASmallHeap() throws Exception {
        int megabytes = Integer.getInteger(SIZE);
        Path node = Files.createDirectories(directory.resolve("cluster/node1"));
        fill(node.resolve("app.db"), megabytes);
        try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("cluster"), 1, LeaseKind.STATIC)) {
            cluster.addSettings(List.of("--backup", backup(), "--backup-snapshot-interval", "20s"));
            cluster.startAll();
            long began = System.nanoTime();
            awaitUploaded(cluster);
            tell("first snapshot of " + megabytes + " MB", began, peakMegabytes(cluster));
            change(cluster);
            awaitUploaded(cluster);
            began = System.nanoTime();
            Await.until("a snapshot out of the objects", LONG, () -> snapshots() > 1);
            tell("snapshot out of the objects, and the wait for its time", began, peakMegabytes(cluster));
            assertThat(peakMegabytes(cluster)).isLessThan(MOST_RESIDENT_MEGABYTES);
            restore();
            drill(node);
        }
    }

    private static void tell(String what, long began, long megabytes) {
        System.out.printf("%s: %.1f s, at most %d MB resident%n", what, (System.nanoTime() - began) / 1e9, megabytes);
    }

    private static void fill(Path file, int megabytes) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute("create table t(id integer primary key, note text, content blob)");
            ignored = statement.execute("with recursive c(n) as (values(1) union all select n + 1 from c where n < "
                    + megabytes * 1000L + ") insert into t(note, content)"
                    + " select 'row ' || n || hex(zeroblob(250)), randomblob(480) from c");
        }
    }

    /** Every page of a tenth of the table, in several commits. */
    private static void change(LocalCluster cluster) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(1, APP) + "?writeTimeout=300s");
                Statement statement = connection.createStatement()) {
            for (int part = 0; part < 10; part++) {
                int ignored = statement.executeUpdate("update t set content = randomblob(480) where id between "
                        + "(select max(id) from t) * " + part + " / 100 and (select max(id) from t) * " + (part + 1)
                        + " / 100");
            }
        }
    }

    private static void awaitUploaded(LocalCluster cluster) throws Exception {
        Await.until("everything is uploaded", LONG, () -> {
            DatabaseStatus app = cluster.client(1).status().database(APP).orElseThrow();
            return app.backups().stream()
                    .anyMatch(backup -> backup.path("uploaded").asLong() == app.head());
        });
    }

    private static long peakMegabytes(LocalCluster cluster) {
        return MeasuredProcess.peakBytes(cluster.node(1).pid()) / 1_000_000;
    }

    private long snapshots() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("backup"))) {
            return files.filter(file -> file.getParent().endsWith("ltx/9")
                            && file.toString().endsWith(".ltx"))
                    .count();
        }
    }

    private void restore() throws Exception {
        Path target = directory.resolve("restored.db");
        MeasuredProcess restored =
                MeasuredProcess.ours(List.of("restore", backup() + "/" + APP, "--to", target.toString(), "--json"));
        System.out.println("restore: " + told(restored));
        JsonNode said = new ObjectMapper()
                .readTree(restored.output()
                        .lines()
                        .reduce((first, second) -> second)
                        .orElse(""));
        assertThat(said.path("stateProven").asBoolean()).isTrue();
        assertThat(restored.peakMegabytes()).isLessThan(MOST_RESIDENT_MEGABYTES);
        Files.delete(target);
    }

    private void drill(Path node) throws Exception {
        Path scratch = Files.createDirectories(directory.resolve("scratch"));
        MeasuredProcess drill = MeasuredProcess.ours(List.of(
                "drill",
                "restore",
                backup() + "/" + APP,
                "--live",
                node.toString(),
                "--scratch",
                scratch.toString(),
                "--evidence-dir",
                scratch.resolve("evidence").toString()));
        System.out.println("drill: " + told(drill));
        assertThat(drill.peakMegabytes()).isLessThan(MOST_RESIDENT_MEGABYTES);
    }

    private static String told(MeasuredProcess process) {
        return "%.1f s, at most %d MB resident; it said: %s"
                .formatted(process.seconds(), process.peakMegabytes(), process.output());
    }
}
