package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Levels and tokens against real nodes: who tells the head, and what a failover does to a session. */
@Timeout(60)
class HeadRoutesTest {
    private static final String TOKEN = "a-token-that-both-nodes-know";

    @TempDir
    Path directory;

    private final Map<String, ReplicaNode> nodes = new HashMap<>();

    @BeforeEach
    void shareToken() throws Exception {
        OwnerOnlyFile.create(directory.resolve("token"), TOKEN);
    }

    @AfterEach
    void stopAll() throws Exception {
        for (ReplicaNode node : nodes.values()) {
            node.close();
        }
    }

    private ReplicaNode start(String name) throws Exception {
        Map<String, String> settings = Map.of(
                "name",
                name,
                "dir",
                directory.resolve(name).toString(),
                "listen",
                "127.0.0.1:0",
                "token-file",
                directory.resolve("token").toString(),
                "lease",
                "file:" + directory.resolve("lease"));
        ReplicaNode node = ReplicaNode.start(NodeSettings.of(settings), MonotonicClock.SYSTEM);
        nodes.put(name, node);
        assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
        return node;
    }

    private Connection connect(String node, String parameters) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:replsqlite:" + directory.resolve(node).resolve("app.db") + "?connectTimeout=20s" + parameters);
    }

    private static HttpResponse<String> get(ReplicaNode node, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + path))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from t")) {
            return result.getLong(1);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    @Test
    void onlyThePrimaryTellsTheHeadAndOnlyToWhoeverKnowsNoLaterEpoch() throws Exception {
        ReplicaNode first = start("a");
        ReplicaNode second = start("b");
        try (Connection connection = connect("a", "")) {
            run(connection, "create table t(x)");
        }
        HttpResponse<String> head = get(first, "/v1/databases/app/head?epoch=1");
        assertThat(head.statusCode()).as(head.body()).isEqualTo(200);
        assertThat(head.body()).contains("\"epoch\":1").contains("\"databaseId\"");
        NodesFixture.await("b has heard of the database", () -> NodesFixture.database(second) != null);
        HttpResponse<String> elsewhere = get(second, "/v1/databases/app/head");
        assertThat(elsewhere.statusCode()).isEqualTo(409);
        assertThat(elsewhere.body()).contains(first.url().toString());
        assertThat(get(first, "/v1/databases/app/head?epoch=2").statusCode()).isEqualTo(410);
        assertThat(get(first, "/v1/databases/app/head?epoch=x").statusCode()).isEqualTo(400);
        assertThat(get(first, "/v1/databases/none/head").statusCode()).isEqualTo(404);
        assertThat(get(second, "/v1/databases/app/epochs").body()).contains("\"epochs\":[{\"epoch\":1,\"first\":");
    }

    @Test
    void aLinearizableReadOnAFollowerSeesEveryWriteAcknowledgedBefore() throws Exception {
        start("a");
        try (Connection writer = connect("a", "")) {
            run(writer, "create table t(x)");
            start("b");
            try (Connection reader = connect("b", "&consistency=linearizable&onStale=fail&readTimeout=20s")) {
                for (int i = 1; i <= 50; i++) {
                    run(writer, "insert into t values(" + i + ")");
                    assertThat(count(reader)).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void aSessionKeepsWhatItHasSeenThroughAFailover() throws Exception {
        start("a");
        start("b");
        try (Connection onB = connect("b", "&onStale=fail&readTimeout=20s")) {
            run(onB, "create table t(x)");
            run(onB, "insert into t values(1)");
            assertThat(count(onB)).isEqualTo(1);
            nodes.remove("a").close();
            Deadline deadline = Deadline.after(Duration.ofSeconds(20), MonotonicClock.SYSTEM);
            while (!nodes.get("b").isPrimary()) {
                assertThat(deadline.hasPassed()).isFalse();
                Thread.onSpinWait();
            }
            assertThat(count(onB)).isEqualTo(1);
            run(onB, "insert into t values(2)");
            assertThat(count(onB)).isEqualTo(2);
            assertThat(onB.getClientInfo("token")).contains("_2_");
        }
    }

    @Test
    void theEndpointsOwnRefusalIsNotAnUnknownOutcome() throws Exception {
        start("a");
        try (Connection connection = connect("a", "")) {
            run(connection, "create table t(x)");
            Files.writeString(directory.resolve("a/app.db-replsqlite/token"), "another");
            assertThatThrownBy(() -> run(connection, "insert into t values(1)"))
                    .isInstanceOf(SQLInvalidAuthorizationSpecException.class);
        }
    }
}
