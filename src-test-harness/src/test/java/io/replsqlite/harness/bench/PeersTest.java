package io.replsqlite.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be known of peers without their programs: how they are found, and what they would be asked. */
class PeersTest {
    @TempDir
    Path directory;

    private final List<String> asked = new ArrayList<>();
    private HttpServer rqlite;
    private int status = 200;
    private String answer = "{\"results\":[{\"rows_affected\":1}]}";

    @BeforeEach
    void start() throws IOException {
        rqlite = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        rqlite.createContext("/", this::serve);
        rqlite.start();
    }

    @AfterEach
    void stop() {
        rqlite.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private RqliteClient client() {
        return new RqliteClient(
                URI.create("http://127.0.0.1:" + rqlite.getAddress().getPort()));
    }

    @Test
    void anInsertIsAStatementWithItsParameters() throws IOException {
        assertThat(client().execute("insert into t values(?, ?)", "a \"name\"", 7))
                .isEqualTo(1);
        assertThat(asked).containsExactly("POST /db/execute [[\"insert into t values(?, ?)\",\"a \\\"name\\\"\",7]]");
    }

    @Test
    void whatItRefusesIsAFailure() {
        answer = "{\"results\":[{\"error\":\"no such table: t\"}]}";
        assertThatThrownBy(() -> client().execute("insert into t values(1)")).hasMessageContaining("no such table");
        answer = "{}";
        assertThatThrownBy(() -> client().execute("insert into t values(1)")).hasMessageContaining("refused");
        status = 503;
        assertThatThrownBy(() -> client().execute("insert into t values(1)")).hasMessageContaining("503");
    }

    @Test
    void itIsReadyOnceItSaysSo() {
        status = 503;
        assertThat(client().isReady()).isFalse();
        status = 200;
        assertThat(client().isReady()).isTrue();
        rqlite.stop(0);
        assertThat(client().isReady()).isFalse();
    }

    @Test
    void itsLeaderIsTheNodeThatSaysSo() throws IOException {
        answer = "{\"1\":{\"api_addr\":\"http://127.0.0.1:1\",\"leader\":false,\"reachable\":true},"
                + "\"2\":{\"api_addr\":\"http://127.0.0.1:2\",\"leader\":true,\"reachable\":true}}";
        assertThat(client().leader()).isEqualTo(URI.create("http://127.0.0.1:2"));
        assertThat(asked).containsExactly("GET /nodes ");
        answer = "{\"1\":{\"api_addr\":\"http://127.0.0.1:1\",\"leader\":false}}";
        assertThatThrownBy(() -> client().leader()).hasMessageContaining("no leader");
        status = 503;
        assertThatThrownBy(() -> client().leader()).hasMessageContaining("503");
    }

    @Test
    void everyNodeIsToldOfAll() {
        List<String> command =
                RqliteCluster.command(Path.of("rqlited"), Path.of("data"), List.of(1, 2, 3, 11, 12, 13), 2);
        assertThat(String.join(" ", command))
                .isEqualTo("rqlited -node-id 2 -http-addr 127.0.0.1:2 -raft-addr 127.0.0.1:12 -bootstrap-expect 3"
                        + " -join 127.0.0.1:11,127.0.0.1:12,127.0.0.1:13 data/rqlite2");
    }

    @Test
    void aProgramIsFoundInTheFirstDirectoryThatHasIt() throws IOException {
        Path second = Files.createDirectories(directory.resolve("b"));
        String path = directory + ":" + second;
        assertThat(PeerProgram.find("rqlited", path)).isEmpty();
        Path program = Files.createFile(second.resolve("rqlited"));
        assertThat(PeerProgram.find("rqlited", path)).as("not executable").isEmpty();
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(PeerProgram.find("rqlited", path)).contains(program);
    }

    @Test
    void aPeerThatIsNotThereIsARowThatSaysSo() throws Exception {
        Figure row = Figure.withoutGoal("x", Measurement.NONE, Measurement.absent("not on the PATH"), Double.NaN, "x");
        assertThat(row.verdict()).isEqualTo("not measured: not on the PATH");
        List<ScenarioFigure> figures = List.of(new ScenarioFigure("peers", row));
        BenchReport report = new BenchReport(Machine.describe(1), figures);
        report.write(directory.resolve("figures.json"));
        assertThat(directory.resolve("figures.json")).content().doesNotContain("NaN", "\"met\"");
    }
}
