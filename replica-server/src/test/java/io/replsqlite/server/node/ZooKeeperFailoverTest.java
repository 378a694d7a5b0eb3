package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.curator.EmbeddedZooKeeper;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.files.OwnerOnlyFile;
import io.replsqlite.status.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes in this process and a ZooKeeper: the lease moves, the databases follow it, nothing is lost. */
class ZooKeeperFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PATH = "/replsqlite/test";

    @TempDir
    Path directory;

    private ReplicaNode start(String name, EmbeddedZooKeeper zooKeeper) throws Exception {
        Path token = directory.resolve("token");
        if (!Files.exists(token)) {
            OwnerOnlyFile.create(token, "0123456789abcdef0123456789abcdef\n");
        }
        return ReplicaNode.start(
                NodeSettings.of(Map.of(
                        "name",
                        name,
                        "dir",
                        directory.resolve(name).toString(),
                        "listen",
                        "127.0.0.1:0",
                        "token-file",
                        token.toString(),
                        "lease",
                        "zookeeper:" + zooKeeper.servers() + PATH,
                        "lease-timeout",
                        "3s")),
                MonotonicClock.SYSTEM);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Deadline deadline = Deadline.after(PATIENCE, MonotonicClock.SYSTEM);
        while (!condition.call()) {
            assertThat(deadline.hasPassed())
                    .as("still waiting after %s: %s", PATIENCE, what)
                    .isFalse();
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void write(ReplicaNode node, String sql) throws Exception {
        ReplicatedDatabase database = node.databases().byName("app");
        Acknowledged<Integer> done = database.<Integer>submit(
                        connection -> {
                            try (Statement statement = connection.createStatement()) {
                                return statement.executeUpdate(sql);
                            }
                        },
                        Deadline.after(PATIENCE, MonotonicClock.SYSTEM))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(done.position().txid().value()).isPositive();
    }

    /** As any reader would: another connection, the file of that node. */
    private int rows(ReplicaNode node) throws SQLException {
        Path file = directory.resolve(node.name()).resolve("app.db");
        if (!Files.exists(file)) {
            return -1;
        }
        try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + file + "?open_mode=1");
                Statement statement = reader.createStatement();
                ResultSet found = statement.executeQuery("select count(*) from t")) {
            return found.getInt(1);
        } catch (SQLException notYet) {
            return -1; // the table is not here yet
        }
    }

    /** What an operator does who deletes it, and what ZooKeeper does when the session ends. */
    private static void removeFirstCandidate(EmbeddedZooKeeper zooKeeper) throws Exception {
        try (CuratorFramework client =
                CuratorFrameworkFactory.newClient(zooKeeper.servers(), new RetryNTimes(3, 100))) {
            client.start();
            String first = client.getChildren().forPath(PATH + "/candidates").stream()
                    .min((one, other) -> sequence(one).compareTo(sequence(other)))
                    .orElseThrow();
            client.delete().forPath(PATH + "/candidates/" + first);
        }
    }

    private static String sequence(String candidate) {
        return candidate.substring(candidate.length() - 10);
    }

    @Test
    void theFollowerTakesOverAndTheOldPrimaryComesBackAsAFollower() throws Exception {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zk"), 0);
                ReplicaNode one = start("one", zooKeeper)) {
            await("one leads", one::isPrimary);
            write(one, "create table t(id integer primary key)");
            write(one, "insert into t values (1)");
            try (ReplicaNode two = start("two", zooKeeper)) {
                await("two has the row", () -> rows(two) == 1);

                removeFirstCandidate(zooKeeper);

                await("two leads", two::isPrimary);
                await("one follows", () -> one.role() == Role.FOLLOWER);
                assertThat(one.roles().history().stream().map(RoleMachine.Transition::to))
                        .containsSubsequence(Role.LEADING, Role.DRAINING, Role.NONE, Role.FOLLOWER);
                assertThat(two.promisedEpoch()
                                .isAfter(one.roles().history().get(0).epoch()))
                        .isTrue();
                write(two, "insert into t values (2)");
                await("one has the second row", () -> rows(one) == 2);
            }
            await("one leads again", one::isPrimary);
            write(one, "insert into t values (3)");
            assertThat(rows(one)).isEqualTo(3);
        }
    }

    @Test
    void withoutZooKeeperThePrimaryStandsDownReadableAndLeadsAgainInALaterEpoch() throws Exception {
        Path data = directory.resolve("zk");
        int port;
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(data, 0)) {
            port = Integer.parseInt(
                    zooKeeper.servers().substring(zooKeeper.servers().indexOf(':') + 1));
            ReplicaNode node = start("one", zooKeeper);
            try (node) {
                await("it leads", node::isPrimary);
                write(node, "create table t(id integer primary key)");
                write(node, "insert into t values (1)");
                zooKeeper.close();
                await("it stands down", () -> node.role() == Role.NONE);
                assertThat(rows(node)).isEqualTo(1);
                long before = node.promisedEpoch().value();

                try (EmbeddedZooKeeper again = EmbeddedZooKeeper.start(data, port)) {
                    await("it leads again", node::isPrimary);
                    assertThat(node.promisedEpoch().value()).isGreaterThan(before);
                    write(node, "insert into t values (2)");
                    assertThat(rows(node)).isEqualTo(2);
                }
            }
        }
    }
}
