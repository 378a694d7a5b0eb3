package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.DatabaseScan;
import io.replsqlite.server.database.ReplicatedDatabase;
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
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of one host in this process, with a shared token and a lease by file, and what tests do with them. */
@Timeout(60)
abstract class NodesFixture {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    final Map<String, ReplicaNode> nodes = new HashMap<>();

    @BeforeEach
    void shareToken() throws Exception {
        OwnerOnlyFile.create(directory.resolve("token"), "a-token-that-both-nodes-know");
    }

    @AfterEach
    void stopAll() throws Exception {
        for (ReplicaNode node : nodes.values()) {
            node.close();
        }
    }

    ReplicaNode start(String name, String... more) throws Exception {
        ReplicaNode node = launch(name, more);
        assertThat(node.awaitRole(PATIENCE)).isTrue();
        return node;
    }

    /** Does not wait for a role. */
    ReplicaNode launch(String name, String... more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "name",
                name,
                "dir",
                directory.resolve(name).toString(),
                "listen",
                "127.0.0.1:0",
                "token-file",
                directory.resolve("token").toString(),
                "lease",
                "file:" + directory.resolve("lease")));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        ReplicaNode node = ReplicaNode.start(NodeSettings.of(settings), MonotonicClock.SYSTEM);
        nodes.put(name, node);
        return node;
    }

    void stop(String name) throws Exception {
        nodes.remove(name).close();
    }

    static Position write(ReplicaNode node, String sql) throws Exception {
        return node.databases()
                .byName("app")
                .submit(
                        connection -> {
                            try (Statement statement = connection.createStatement()) {
                                return statement.execute(sql);
                            }
                        },
                        Deadline.after(PATIENCE, MonotonicClock.SYSTEM))
                .get(20, TimeUnit.SECONDS)
                .position();
    }

    static void await(String what, Callable<Boolean> condition) throws Exception {
        await(() -> what, condition);
    }

    /** @param what asked when time is up */
    static void await(Supplier<String> what, Callable<Boolean> condition) throws Exception {
        Deadline deadline = Deadline.after(PATIENCE, MonotonicClock.SYSTEM);
        while (!condition.call()) {
            assertThat(deadline.hasPassed())
                    .as(() -> "waited for " + what.get())
                    .isFalse();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    static void awaitApplied(ReplicaNode node, Position position) throws Exception {
        await(node.name() + " shows " + position, () -> {
            ReplicatedDatabase database = database(node);
            return database != null
                    && database.board().snapshot().applied().txid().value()
                            >= position.txid().value();
        });
    }

    static ReplicatedDatabase database(ReplicaNode node) {
        return node.databases().open().stream()
                .filter(one -> one.name().equals("app"))
                .findFirst()
                .orElse(null);
    }

    long count(String node) throws Exception {
        String url = "jdbc:sqlite:file:" + directory.resolve(node).resolve("app.db") + "?mode=ro";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from t")) {
            row.next();
            return row.getLong(1);
        }
    }

    static void assertSound(ReplicaNode node) throws Exception {
        assertThat(new DatabaseScan(database(node)).run().wrongPages()).isEmpty();
    }

    List<String> filesOf(String node) throws Exception {
        try (var files = Files.list(directory.resolve(node))) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("app"))
                    .toList();
        }
    }

    HttpResponse<String> post(ReplicaNode node, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + path))
                .header("Authorization", "Bearer a-token-that-both-nodes-know")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
