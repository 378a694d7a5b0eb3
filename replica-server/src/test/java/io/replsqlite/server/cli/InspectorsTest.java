package io.replsqlite.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.node.ReplicaNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every format by a file that SQLite or a node wrote. */
class InspectorsTest {
    private static final Inspectors ALL = new Inspectors(Inspectors.ALL);

    @TempDir
    Path directory;

    @Test
    void theFilesOfARunningSqliteAreRecognisedAndValid() throws Exception {
        Path file = directory.resolve("plain.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE t (a)");
            statement.execute("INSERT INTO t VALUES (1)");
            // Copies: this process has SQLite open, and closing -shm here would drop its locks.
            Path wal = copy(directory.resolve("plain.db-wal"), "copied");
            Path index = copy(directory.resolve("plain.db-shm"), "copied-index");

            InspectionReport walReport = ALL.inspect(wal);
            assertThat(walReport.json()).containsEntry("format", "SQLite WAL").containsEntry("transactions", 2);
            assertThat(walReport.problems()).isEmpty();
            InspectionReport indexReport = ALL.inspect(index);
            assertThat(indexReport.json()).containsEntry("format", "SQLite wal-index");
            assertThat(indexReport.json().get("maxFrame"))
                    .hasToString(walReport.json().get("framesCommitted").toString());
            assertThat(indexReport.isValid()).isTrue();
        }
    }

    @Test
    void theFilesOfANodeAreRecognisedAndValid() throws Exception {
        Path state = runNodeOnce();
        assertThat(ALL.inspect(state.resolve("status")).json())
                .containsEntry("format", "status page")
                .containsEntry("node", "node1")
                .containsEntry("health", "STOPPED")
                .containsEntry("valid", true);
        Path segment = firstSegment(state);
        InspectionReport report = ALL.inspect(segment);
        assertThat(report.json()).containsEntry("format", "log segment").containsEntry("valid", true);
        assertThat(report.lines()).anyMatch(line -> line.startsWith("type=segment databaseId="));
    }

    @Test
    void anLtxFileIsRecognisedAndValidAndACutOneIsNot() throws Exception {
        Path ltx = Path.of("src/test/resources/ltx/litestream-0.5.17-block.ltx");
        InspectionReport report = ALL.inspect(ltx);
        assertThat(report.json()).containsEntry("format", "LTX").containsEntry("valid", true);
        byte[] bytes = Files.readAllBytes(ltx);
        Path cut = Files.write(directory.resolve("cut"), java.util.Arrays.copyOf(bytes, bytes.length - 5));
        assertThat(ALL.inspect(cut).problems()).hasSize(1);
    }

    @Test
    void anEmptyWalIsWhatACheckpointLeaves() throws Exception {
        Path wal = Files.createFile(directory.resolve("empty.db-wal"));
        assertThat(ALL.inspect(wal).isValid()).isTrue();
        Path other = Files.createFile(directory.resolve("empty.db"));
        assertThatThrownBy(() -> ALL.inspect(other)).hasMessageContaining("the file is empty");
    }

    @Test
    void noDamageMakesAnInspectorFail() throws Exception {
        Path state = runNodeOnce();
        List<Path> files = List.of(state.resolve("status"), firstSegment(state));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            byte[] bytes = java.util.Arrays.copyOf(whole, Math.min(whole.length, 100_000));
            for (int round = 0; round < 100; round++) {
                bytes[8 + random.nextInt(Math.min(bytes.length, 1000) - 8)] = (byte) random.nextInt();
                Path damaged = Files.write(directory.resolve("damaged"), bytes);
                assertThat(ALL.inspect(damaged).lines())
                        .as("seed %d round %d of %s", seed, round, file)
                        .isNotEmpty();
            }
        }
    }

    private Path runNodeOnce() throws Exception {
        Path home = directory.resolve("node");
        NodeSettings settings = NodeSettings.of(Map.of(
                "dir", home.toString(), "listen", "127.0.0.1:0", "lease", "static", "log-segment-bytes", "1MiB"));
        try (ReplicaNode node = ReplicaNode.start(settings, MonotonicClock.SYSTEM)) {
            assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
        }
        return home.resolve("app.db-replsqlite");
    }

    private static Path firstSegment(Path state) throws Exception {
        try (Stream<Path> files = Files.walk(state.resolve("log"))) {
            return files.filter(path -> path.toString().endsWith(".log"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path copy(Path file, String name) throws Exception {
        // By another process, for the same reason.
        Path target = directory.resolve(name);
        int exitCode = new ProcessBuilder("cp", file.toString(), target.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exitCode).isZero();
        return target;
    }
}
