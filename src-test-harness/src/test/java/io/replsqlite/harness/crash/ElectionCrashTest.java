package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.files.OwnerOnlyFile;
import io.replsqlite.server.store.DatabasePaths;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that die, or whose disk is full, at what a node keeps for elections; the next start makes up for it. */
@Timeout(180)
class ElectionCrashTest {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final int TERMINATED = 143;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOBODY = "static:a@http://127.0.0.1:1";

    @TempDir
    Path directory;

    private final List<NodeProcess> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private String token;

    @BeforeEach
    void makeToken() throws IOException {
        token = "a-token-that-all-nodes-know";
        OwnerOnlyFile.create(directory.resolve("token"), token);
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (NodeProcess node : started) {
            node.kill();
        }
    }

    private NodeProcess launch(String name, String failure, String... settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--name", name, "--listen", "127.0.0.1:0"));
        arguments.addAll(List.of("--token-file", directory.resolve("token").toString()));
        arguments.addAll(List.of(settings));
        NodeProcess node =
                NodeProcess.start(directory.resolve(name), arguments, Map.of(FailurePoint.ENVIRONMENT, failure));
        started.add(node);
        return node;
    }

    private NodeProcess start(String name, String failure, String... settings) throws Exception {
        NodeProcess node = launch(name, failure, settings);
        JsonNode ignored = node.awaitReady(WAIT);
        return node;
    }

    private static void assertDied(NodeProcess node) throws Exception {
        assertThat(node.awaitExit(WAIT)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(
                request.header("Authorization", "Bearer " + token).timeout(WAIT).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(NodeProcess node, long epoch, String candidate)
            throws IOException, InterruptedException {
        String question = "{\"epoch\":" + epoch + ",\"candidate\":\"" + candidate + "\"}";
        return send(HttpRequest.newBuilder(URI.create(node.url() + "/v1/election/promise"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question)));
    }

    private boolean promises(NodeProcess node, long epoch, String candidate) throws Exception {
        return ask(node, epoch, candidate).body().contains("\"promised\":true");
    }

    private String get(NodeProcess node, String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(node.url() + path))).body();
    }

    @Test
    void aPromiseThatDiedBeforeItsAnswerStillBinds() throws Exception {
        NodeProcess dying = start("b", "PROMISE_STORED=halt", "--lease", NOBODY);
        assertThatThrownBy(() -> ask(dying, 7, "c")).isInstanceOf(IOException.class);
        assertDied(dying);
        NodeProcess again = start("b", "", "--lease", NOBODY);
        assertThat(promises(again, 7, "d")).as("to another").isFalse();
        assertThat(promises(again, 7, "c")).isTrue();
    }

    @Test
    void aPromiseThatDiedBeforeItWasStoredWasAnsweredToNobody() throws Exception {
        NodeProcess dying = start("b", "PROMISE_STORING=halt", "--lease", NOBODY);
        assertThatThrownBy(() -> ask(dying, 7, "c")).isInstanceOf(IOException.class);
        assertDied(dying);
        assertThat(promises(start("b", "", "--lease", NOBODY), 7, "d")).isTrue();
    }

    @Test
    void aPromiseThatDiedHalfWrittenLeavesTheOneBefore() throws Exception {
        NodeProcess dying = start("b", "PROMISE_PARTIAL=halt", "--lease", NOBODY);
        assertThat(promises(dying, 7, "c")).as("the first one makes the file").isTrue();
        assertThatThrownBy(() -> ask(dying, 8, "c")).isInstanceOf(IOException.class);
        assertDied(dying);
        NodeProcess again = start("b", "", "--lease", NOBODY);
        assertThat(promises(again, 7, "d")).as("promised to c").isFalse();
        assertThat(promises(again, 8, "d")).as("answered to nobody").isTrue();
    }

    /** Whether the disk refuses the file, or what makes it durable. */
    @ParameterizedTest
    @EnumSource(names = {"PROMISE_STORING", "PROMISE_STORED"})
    void aPromiseThatCannotBeStoredIsNotGiven(FailurePoint point) throws Exception {
        NodeProcess full = start("b", point + "=full", "--lease", NOBODY);
        HttpResponse<String> refused = ask(full, 7, "c");
        assertThat(refused.statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(refused.body()).doesNotContain("\"promised\"");
        assertThat(get(full, "/v1/metrics"))
                .contains("replsqlite_promises_total{node=\"b\",answer=\"failed\"} 1")
                .contains("replsqlite_promises_total{node=\"b\",answer=\"given\"} 0")
                .contains("replsqlite_node_epoch{node=\"b\"} 0");
        full.kill();
        assertThat(promises(start("b", "", "--lease", NOBODY), 8, "d"))
                .as("once there is room")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMBERS_STORING", "MEMBERS_STORED"})
    void theKnownNodesAreTheOldOrTheNewOnesAfterADeath(FailurePoint point) throws Exception {
        String lease = "file:" + directory.resolve("lease");
        NodeProcess dying = start("a", point + "=halt", "--lease", lease);
        start("b", "", "--lease", lease);
        assertDied(dying);
        Path members = directory.resolve("a/.replsqlite/members.json");
        assertThat(Files.exists(members)).isEqualTo(point == FailurePoint.MEMBERS_STORED);
        NodeProcess again = start("a", "", "--lease", lease);
        Await.until("it knows the other node", WAIT, () -> namesB(members));
        assertThat(again.isAlive()).isTrue();
    }

    private static boolean namesB(Path members) throws IOException {
        return Files.exists(members)
                && JSON.readTree(Files.readAllBytes(members))
                        .path("members")
                        .path(0)
                        .path("name")
                        .asText()
                        .equals("b");
    }

    @Test
    void aTornLineOfTheLeaseHistoryIsLeftOutAndTheRestIsKept() throws Exception {
        assertDied(launch("b", "HISTORY_PARTIAL=halt@3", "--lease", "static"));
        Path file = directory.resolve("b/.replsqlite/lease-history.jsonl");
        List<String> whole = Files.readAllLines(file).subList(0, 2);
        NodeProcess again = start("b", "", "--lease", "static");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).containsAll(whole).hasSizeGreaterThan(3).allSatisfy(line -> JSON.readTree(line));
        assertThat(get(again, "/v1/history")).contains("none-acquiring", "\"reason\":\"it has the most of all nodes\"");
    }

    @Test
    void aDamagedLogIsNotSetAsideBeforeItIsNotedThatItIsLost() throws Exception {
        NodeProcess primary = start("a", "", "--voters", "a,b,c", "--lease", "static", "--databases", "app");
        String following = "static:a@" + primary.url();
        NodeProcess follower = start("b", "", "--voters", "a,b,c", "--lease", following);
        DatabasePaths paths = DatabasePaths.of(directory.resolve("b"), "app");
        Await.until("the follower has a copy", WAIT, () -> Files.exists(paths.databaseFile()));
        assertThat(follower.stop(WAIT)).isEqualTo(TERMINATED);
        damage(paths.logDirectory());
        Path rescued = DurableFiles.parentOf(paths.logDirectory()).resolve("rescued");

        assertDied(launch("b", "LOST_LOG_NOTING=halt", "--voters", "a,b,c", "--lease", NOBODY));
        assertThat(paths.lostLogMarker()).doesNotExist();
        assertThat(rescued).doesNotExist();
        assertDied(launch("b", "LOST_LOG_NOTED=halt", "--voters", "a,b,c", "--lease", NOBODY));
        assertThat(paths.lostLogMarker()).exists();
        assertThat(rescued).doesNotExist();

        NodeProcess again = start("b", "", "--voters", "a,b,c", "--lease", NOBODY);
        Await.until("the log is set aside", WAIT, () -> Files.exists(rescued));
        assertThat(promises(again, 500, "c")).as("what it has forgotten").isFalse();
    }

    private static void damage(Path log) throws IOException {
        try (Stream<Path> files = Files.walk(log)) {
            Path segment = files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            try (RandomAccessFile header = new RandomAccessFile(segment.toFile(), "rw")) {
                header.write(new byte[64]);
            }
        }
    }

    @Test
    void aRebirthThatDiesAtItsMarkIsRepeatedInAnEpochAboveIt() throws Exception {
        String backup = "file://" + directory.resolve("backup");
        NodeProcess lost = start("lost", "", "--backup", backup, "--backup-interval", "20ms", "--databases", "app");
        try (Connection connection = DriverManager.getConnection("jdbc:replsqlite:" + lost.databaseFile("app"));
                Statement statement = connection.createStatement()) {
            int ignored = statement.executeUpdate("create table t(x)");
            ignored = statement.executeUpdate("insert into t values (1), (2), (3)");
        }
        assertThat(lost.stop(WAIT)).as("it has uploaded the rest").isEqualTo(TERMINATED);
        long first = epochOfDryRun(backup);
        assertThat(rebirth("REBIRTH_MARKING=halt", backup)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        assertThat(epochOfDryRun(backup)).isEqualTo(first);
        assertThat(rebirth("REBIRTH_MARKED=halt", backup)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        assertThat(epochOfDryRun(backup)).as("the marked epoch is taken").isGreaterThan(first);
        assertThat(rebirth("", backup)).isZero();
        NodeProcess reborn = start("reborn", "", "--backup", backup);
        try (Connection connection = DriverManager.getConnection("jdbc:replsqlite:" + reborn.databaseFile("app"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from t")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(3);
        }
    }

    private long epochOfDryRun(String backup) throws Exception {
        assertThat(rebirth("", backup, "--dry-run", "--json")).isZero();
        return JSON.readTree(Files.readString(directory.resolve("rebirth.log")))
                .path("epoch")
                .asLong();
    }

    private int rebirth(String failurePoint, String backup, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.replsqlite.server.cli.Main",
                "rebirth",
                backup,
                "--dir",
                directory.resolve("reborn").toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("rebirth.err").toFile())
                .redirectOutput(directory.resolve("rebirth.log").toFile());
        builder.environment().put(FailurePoint.ENVIRONMENT, failurePoint);
        return builder.start().waitFor();
    }
}
