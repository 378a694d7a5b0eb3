package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.status.StatusPageReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes that die in the middle of an upload or a restore; what comes after makes up for it. */
@Timeout(180)
class BackupCrashTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private NodeProcess start(Map<String, String> environment) throws Exception {
        NodeProcess node = launch(environment);
        var ignored = node.awaitReady(WAIT);
        return node;
    }

    /** It may die before it is ready. */
    private NodeProcess startToDie(String failure) throws Exception {
        NodeProcess node = launch(Map.of(FailurePoint.ENVIRONMENT, failure));
        try {
            var ignored = node.awaitReady(WAIT);
        } catch (IOException ended) {
            assertThat(node.awaitExit(WAIT)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        }
        return node;
    }

    private NodeProcess launch(Map<String, String> environment) throws IOException {
        return NodeProcess.start(
                directory.resolve("node"),
                List.of(
                        "--listen",
                        "127.0.0.1:0",
                        "--backup",
                        backupUrl(),
                        "--backup-interval",
                        "20ms",
                        "--backup-snapshot-interval",
                        "300ms",
                        "--backup-retention",
                        "1ms",
                        "--backup-detail-retention",
                        "1ms"),
                environment);
    }

    private String backupUrl() {
        return "file://" + directory.resolve("backup");
    }

    /** One commit after the other, until the node is gone or there were enough; answers how many were acknowledged. */
    private static long write(NodeProcess node, int atMost) throws SQLException {
        long acknowledged = 0;
        String url = "jdbc:replsqlite:" + node.databaseFile("app") + "?writeTimeout=5s";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            int ignored = statement.executeUpdate("create table if not exists t(x)");
            for (int i = 0; i < atMost && node.isAlive(); i++) {
                ignored = statement.executeUpdate("insert into t values (randomblob(1000))");
                acknowledged++;
            }
        } catch (SQLException gone) {
            if (node.isAlive()) {
                throw gone;
            }
        }
        return acknowledged;
    }

    private void awaitUploaded(NodeProcess node) throws Exception {
        long head = StatusPageReader.open(directory.resolve("node/app.db-replsqlite/status"))
                .snapshot()
                .head()
                .value();
        String last = String.format("-%016x.ltx", head);
        Deadline deadline = Deadline.after(WAIT, MonotonicClock.SYSTEM);
        while (!isUploaded(last)) {
            assertThat(deadline.hasPassed())
                    .as("upload of %d\n%s", head, node.logTail())
                    .isFalse();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean isUploaded(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("backup"))) {
            return files.anyMatch(file -> file.toString().endsWith(suffix));
        } catch (UncheckedIOException deletedMeanwhile) {
            return false;
        }
    }

    private int restore(String failurePoint, Path target, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.replsqlite.server.cli.Main",
                "restore",
                backupUrl() + "/app",
                "--to",
                target.toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("restore.log").toFile());
        builder.environment().put(FailurePoint.ENVIRONMENT, failurePoint);
        return builder.start().waitFor();
    }

    private static long count(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:file:" + database + "?mode=ro");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from t")) {
            return row.getLong(1);
        }
    }

    /**
     * The first upload is a snapshot; the others are commits. What is merged and deleted stands for every level. Every second
     * one, by the day the others; {@code -Dcrash.all=true} tries all, {@code -Dcrash.sample=DAY} those of a day.
     */
    static Stream<String> kills() {
        List<String> all = List.of(
                "BACKUP_CLAIMED=halt@1",
                "BACKUP_CLAIMED=halt@4",
                "BACKUP_UPLOADED=halt@1",
                "BACKUP_UPLOADED=halt@4",
                "BACKUP_COMPACTED=halt@1",
                "BACKUP_COMPACTED=halt@3",
                "BACKUP_DELETING=halt@1",
                "BACKUP_DELETING=halt@4");
        long day = Long.getLong("crash.sample", LocalDate.now(ZoneOffset.UTC).toEpochDay());
        return Boolean.getBoolean("crash.all")
                ? all.stream()
                : IntStream.range(0, all.size())
                        .filter(index -> (index + day) % 2 == 0)
                        .mapToObj(all::get);
    }

    @ParameterizedTest
    @MethodSource("kills")
    void aNodeThatDiesWhileItUploadsOrKeepsTheBackupGoesOnAfterItsRestart(String failure) throws Exception {
        long acknowledged;
        try (NodeProcess node = startToDie(failure)) {
            acknowledged = write(node, 1_000_000);
            assertThat(node.awaitExit(WAIT)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        }
        assertThat(acknowledged).isNotNegative();
        try (NodeProcess node = start(Map.of())) {
            long more = write(node, 20);
            awaitUploaded(node);
            Path target = directory.resolve("restored.db");
            assertThat(restore("", target)).isZero();
            assertThat(count(target))
                    .isEqualTo(count(node.databaseFile("app")))
                    .isGreaterThanOrEqualTo(acknowledged + more);
        }
        assertThat(Files.list(directory.resolve("backup/app/generations"))).hasSize(1);
    }

    @Test
    void aRestoreThatDiesLeavesTheTargetAndTheNextOneSucceeds() throws Exception {
        try (NodeProcess node = start(Map.of())) {
            long ignored = write(node, 50);
            awaitUploaded(node);
        }
        Path target = directory.resolve("restored.db");
        for (String point : List.of("SNAPSHOT_PARTIAL", "RESTORE_CHECKED")) {
            assertThat(restore(point + "=halt", target)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
            assertThat(target).doesNotExist();
        }
        Files.writeString(target, "precious");
        assertThat(restore("RESTORE_CHECKED=halt", target, "--replace")).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        assertThat(target).hasContent("precious");
        assertThat(restore("RESTORE_SET_ASIDE=halt", target, "--replace")).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        assertThat(target).doesNotExist();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(file -> file.toString().contains(".replaced-")))
                    .singleElement()
                    .satisfies(aside -> assertThat(aside).hasContent("precious"));
        }
        assertThat(restore("RESTORE_LINKED=halt", target)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        assertThat(count(target)).isEqualTo(50);
        assertThat(restore("SNAPSHOT_PARTIAL=halt", target, "--replace")).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        assertThat(count(target)).as("what was restored is no temporary file").isEqualTo(50);
        assertThat(restore("", target, "--replace")).isZero();
        assertThat(count(target)).isEqualTo(50);
    }
}
