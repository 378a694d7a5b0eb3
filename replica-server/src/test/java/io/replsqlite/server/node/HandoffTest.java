package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Position;
import io.replsqlite.lease.curator.EmbeddedZooKeeper;
import io.replsqlite.status.Role;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lease goes to a named node while others write: nobody is refused, nothing is lost. */
@Timeout(120)
class HandoffTest extends NodesFixture {
    private static final int HANDOFFS = 6;

    private ReplicaNode primary() throws Exception {
        List<ReplicaNode> found = new ArrayList<>();
        await("there is a primary", () -> {
            found.clear();
            nodes.values().stream().filter(ReplicaNode::isPrimary).forEach(found::add);
            return found.size() == 1;
        });
        return found.get(0);
    }

    private void awaitLevel() throws Exception {
        ReplicaNode primary = primary();
        await(
                "every follower is close",
                () -> nodes.values().stream()
                        .filter(node -> node != primary)
                        .allMatch(node -> database(primary).followers().stream()
                                .anyMatch(follower -> follower.nodeName().equals(node.name()))));
    }

    private List<Path> files() {
        return nodes.values().stream().map(node -> node.databaseFile("app")).toList();
    }

    private Set<Long> rows(String node) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + directory.resolve(node).resolve("app.db") + "?open_mode=1");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select x from t")) {
            Set<Long> rows = new HashSet<>();
            while (found.next()) {
                assertThat(rows.add(found.getLong(1))).as("once").isTrue();
            }
            return rows;
        }
    }

    private void handOffsUnderLoad(String... settings) throws Exception {
        for (String name : List.of("a", "b", "c")) {
            start(name, settings);
        }
        Position created = write(primary(), "create table t(x)");
        for (ReplicaNode node : nodes.values()) {
            awaitApplied(node, created);
        }
        Set<Long> acknowledged;
        try (RowWriters writers = new RowWriters(files(), "")) {
            for (int i = 0; i < HANDOFFS; i++) {
                awaitLevel();
                ReplicaNode from = primary();
                String to = nodes.keySet().stream()
                        .filter(name -> !name.equals(from.name()))
                        .sorted()
                        .toList()
                        .get(i % 2);
                HttpResponse<String> answer = post(from, "/v1/handoff", "{\"to\":\"" + to + "\"}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                await(to + " leads", () -> nodes.get(to).isPrimary());
                int then = writers.acknowledged.size();
                await("writes go on", () -> writers.acknowledged.size() > then + 10);
            }
            writers.close();
            assertThat(writers.refused).isEmpty();
            assertThat(writers.unknown).isEmpty();
            acknowledged = writers.acknowledged;
        }
        Position last = database(primary()).board().snapshot().applied();
        for (String name : nodes.keySet()) {
            awaitApplied(nodes.get(name), last);
            assertThat(rows(name)).isEqualTo(acknowledged);
            assertSound(nodes.get(name));
        }
    }

    @Test
    void withAFileLease() throws Exception {
        handOffsUnderLoad();
    }

    @Test
    void withZooKeeper() throws Exception {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zk"), 0)) {
            handOffsUnderLoad("lease", "zookeeper:" + zooKeeper.servers() + "/replsqlite/app", "lease-timeout", "4s");
            stopAll();
            nodes.clear();
        }
    }

    @Test
    void aNodeThatCannotTakeOverIsRefusedAndThePrimaryStays() throws Exception {
        ReplicaNode first = start("a");
        assertThat(post(first, "/v1/handoff", "{}").body()).contains("noSuccessor", "no other node is known");
        start("b", "candidate", "false");
        awaitLevel();
        await(
                "b is known",
                () -> post(first, "/v1/handoff", "{\"to\":\"b\"}").body().contains("candidate is false"));
        HttpResponse<String> unknown = post(first, "/v1/handoff", "{\"to\":\"x\"}");
        assertThat(unknown.statusCode()).isEqualTo(409);
        assertThat(unknown.body()).contains("no other node named x");
        assertThat(first.isPrimary()).isTrue();
        assertThat(write(first, "create table t(x)").txid().value()).isPositive();
    }

    @Test
    void aNodeThatStopsHandsOffFirst() throws Exception {
        ReplicaNode first = start("a");
        awaitApplied(start("b"), write(first, "create table t(x)"));
        awaitLevel();
        Set<Long> acknowledged;
        try (RowWriters writers = new RowWriters(List.of(nodes.get("b").databaseFile("app")), "")) {
            await("writes go on", () -> writers.acknowledged.size() > 10);
            await("b is known", () -> !first.members().isEmpty());
            stop("a");
            int then = writers.acknowledged.size();
            await("writes go on", () -> writers.acknowledged.size() > then + 10);
            writers.close();
            assertThat(writers.refused).isEmpty();
            assertThat(writers.unknown).isEmpty();
            acknowledged = writers.acknowledged;
        }
        assertThat(rows("b")).isEqualTo(acknowledged);
        assertThat(nodes.get("b").role()).isEqualTo(Role.LEADING);
    }

    /** Both have been in the other role too, with rows that no checkpoint has copied in between. */
    @Test
    void theDatabaseFileOfAStoppedNodeIsWholeWithoutItsWal() throws Exception {
        ReplicaNode a = start("a");
        awaitApplied(start("b"), write(a, "create table t(x)"));
        for (String to : List.of("b", "a")) {
            awaitLevel();
            ReplicaNode from = primary();
            Position last = write(from, "insert into t values(1)");
            assertThat(post(from, "/v1/handoff", "{\"to\":\"" + to + "\"}").statusCode())
                    .isEqualTo(200);
            await(to + " leads", () -> nodes.get(to).isPrimary());
            awaitApplied(from, last);
        }
        awaitApplied(nodes.get("b"), write(a, "insert into t values(1)"));
        for (String name : List.of("a", "b")) {
            stop(name);
            Path alone = Files.copy(directory.resolve(name).resolve("app.db"), directory.resolve(name + ".db"));
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + alone);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select count(*) from t")) {
                assertThat(row.getLong(1)).as(name).isEqualTo(3);
            }
        }
    }
}
