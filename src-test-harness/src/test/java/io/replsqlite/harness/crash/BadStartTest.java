package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot serve what it is given ends with exit code 1 and says what, why and what to do. */
@Timeout(120)
class BadStartTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void aDirectoryInTheDatabasesPlaceIsRefused() throws Exception {
        Files.createDirectories(node().resolve("app.db").resolve("inside"));
        assertThat(reportOfStart()).contains("app.db").contains("directory");
        assertThat(node().resolve("app.db").resolve("inside")).isDirectory();
    }

    @Test
    void aSymbolicLinkIsRefused() throws Exception {
        Files.createDirectories(node());
        Path target = Files.writeString(directory.resolve("target.db"), "untouched");
        Files.createSymbolicLink(node().resolve("app.db"), target);
        assertThat(reportOfStart()).contains("app.db").contains("link");
        assertThat(target).hasContent("untouched");
    }

    @Test
    void aFileThatIsNotSqliteIsRefusedAndNotTouched() throws Exception {
        Files.createDirectories(node());
        byte[] text = "these are not the bytes of a database, whatever the name says\n"
                .repeat(200)
                .getBytes(StandardCharsets.US_ASCII);
        Files.write(node().resolve("app.db"), text);
        assertThat(reportOfStart()).contains("app.db");
        assertThat(node().resolve("app.db")).hasBinaryContent(text);
    }

    @Test
    void aDatabaseThatAnotherNodeServesIsRefused() throws Exception {
        try (NodeProcess first = NodeProcess.start(node(), arguments(0), Map.of())) {
            var ignored = first.awaitReady(WAIT);
            assertThat(reportOfStart()).contains("already served by another node");
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void aPortInUseIsRefused() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(reportOf(arguments(taken.getLocalPort()), Map.of()))
                    .contains(String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void aStateDirectoryWithoutPermissionIsRefused() throws Exception {
        Path state = Files.createDirectories(node().resolve("app.db-replsqlite"));
        Path ignored = Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("r-xr-xr-x"));
        Assumptions.assumeFalse(Files.isWritable(state), "root may write to any directory");
        assertThat(reportOfStart()).contains("app.db-replsqlite");
    }

    @Test
    void aFullDiskIsNamed() throws Exception {
        assertThat(reportOf(arguments(0), Map.of("REPLSQLITE_FAILURE_POINT", "METADATA_WRITTEN=full")))
                .contains("No space left on device");
    }

    private Path node() {
        return directory.resolve("node");
    }

    private static List<String> arguments(int port) throws IOException {
        int listen = port == 0 ? FreePorts.find(1).get(0) : port;
        return List.of("--name", "node1", "--listen", "127.0.0.1:" + listen);
    }

    private String reportOfStart() throws Exception {
        return reportOf(arguments(0), Map.of());
    }

    private String reportOf(List<String> arguments, Map<String, String> environment) throws Exception {
        try (NodeProcess node = NodeProcess.start(node(), arguments, environment)) {
            int code = node.awaitExit(WAIT);
            String log = Files.readString(node.logFile());
            assertThat(code).as(log).isEqualTo(1);
            String report = log.substring(Math.max(0, log.lastIndexOf("error:")));
            assertThat(report).contains("error:").contains("why:").contains("do:");
            return report;
        }
    }
}
