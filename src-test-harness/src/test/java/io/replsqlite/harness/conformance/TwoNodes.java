package io.replsqlite.harness.conformance;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.files.OwnerOnlyFile;
import io.replsqlite.server.node.ReplicaNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A primary and a follower in this process, and plain SQLite files beside them: the two sides of a comparison. */
final class TwoNodes implements AutoCloseable {
    private static final String TOKEN = "a-token-that-both-nodes-know";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<ReplicaNode> nodes = new ArrayDeque<>();
    private final ReplicaNode primary;
    private int databases;

    TwoNodes(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        OwnerOnlyFile.create(directory.resolve("token"), TOKEN);
        primary = start("primary");
        start("follower");
    }

    private ReplicaNode start(String name) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>();
        settings.put("name", name);
        settings.put("dir", directory.resolve(name).toString());
        settings.put("listen", "127.0.0.1:0");
        settings.put("token-file", directory.resolve("token").toString());
        settings.put("lease", "file:" + directory.resolve("lease"));
        ReplicaNode node = ReplicaNode.start(NodeSettings.of(settings), MonotonicClock.SYSTEM);
        nodes.push(node);
        if (!node.awaitRole(PATIENCE)) {
            throw new IOException(name + " has no role after " + PATIENCE);
        }
        return node;
    }

    /** A database that holds nothing; the follower has it as soon as it has heard of it. */
    String create() throws IOException, InterruptedException {
        String name = "side" + ++databases;
        post("/v1/databases/" + name + "/create");
        return name;
    }

    void drop(String name) throws IOException, InterruptedException {
        post("/v1/databases/" + name + "/drop");
    }

    private void post(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(primary.url() + path))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** Without any local file: both nodes are named, one of them is the primary. */
    String remoteUrl(String name) {
        String hosts = nodes.stream().map(node -> node.url().getAuthority()).collect(Collectors.joining(","));
        return "jdbc:replsqlite://" + hosts + "/" + name + "?tokenFile=" + directory.resolve("token");
    }

    String followerUrl(String name) {
        return url("follower", name);
    }

    String primaryUrl(String name) {
        return url("primary", name);
    }

    /** A machine under load must not turn a comparison into a test of timeouts: reads wait for the replica. */
    private String url(String node, String name) {
        return "jdbc:replsqlite:" + directory.resolve(node).resolve(name + ".db")
                + "?connectTimeout=30s&readTimeout=30s";
    }

    /** Nothing is synced. */
    String plainUrl(String name) {
        return "jdbc:sqlite:" + directory.resolve(name + ".plain") + "?synchronous=off";
    }

    /** @param settings further ones, as sqlite-jdbc takes them */
    Connection onFollower(String name, String settings) throws SQLException {
        return DriverManager.getConnection(followerUrl(name) + settings);
    }

    Connection plain(String name, String settings) throws SQLException {
        return DriverManager.getConnection(plainUrl(name) + settings);
    }

    /** What was opened last ends first: the primary keeps the lease until its follower is gone. */
    @Override
    public void close() throws IOException, InterruptedException {
        while (!nodes.isEmpty()) {
            nodes.pop().close();
        }
    }
}
