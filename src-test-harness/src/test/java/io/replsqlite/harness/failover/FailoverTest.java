package io.replsqlite.harness.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.demo.Failover;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.server.admin.NodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three processes and a ZooKeeper; after each test every acknowledged row is on every node, once. */
@Timeout(300)
class FailoverTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String APP = LocalCluster.DATABASE;

    @TempDir
    Path directory;

    private final Set<Long> acknowledged = new TreeSet<>();
    private LocalCluster cluster;
    private long nextRow;

    @BeforeEach
    void startCluster() throws Exception {
        cluster = LocalCluster.start(directory, 3, LeaseKind.ZOOKEEPER);
        execute(cluster.jdbcUrl(1, APP), "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    }

    @AfterEach
    void stopCluster() throws Exception {
        cluster.close();
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void write(int throughNode, int rows) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(throughNode, APP));
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < rows; i++) {
                long row = ++nextRow;
                int ignored = statement.executeUpdate("INSERT INTO t VALUES (" + row + ")");
                acknowledged.add(row);
            }
        }
    }

    private Set<Long> rows(int node) throws SQLException {
        try (Connection plain =
                        DriverManager.getConnection("jdbc:sqlite:" + cluster.databaseFile(node, APP) + "?open_mode=1");
                Statement statement = plain.createStatement();
                ResultSet found = statement.executeQuery("SELECT id FROM t")) {
            Set<Long> rows = new TreeSet<>();
            while (found.next()) {
                rows.add(found.getLong(1));
            }
            return rows;
        }
    }

    private void assertEveryNodeHasWhatWasAcknowledged() throws Exception {
        cluster.awaitLevel(SOON);
        for (int node = 1; node <= cluster.size(); node++) {
            assertThat(rows(node)).as("node%d", node).isEqualTo(acknowledged);
        }
    }

    private void signal(String name, int node) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(cluster.node(node).pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    private int primary() throws Exception {
        Await.until("one node leads", SOON, () -> cluster.primary().isPresent());
        return cluster.primary().orElseThrow();
    }

    private static int other(int node) {
        return node % 3 + 1;
    }

    @Test
    void aPausedPrimaryAcknowledgesNothingMoreAndItsLocalReadersLearnThatTheyAreStale() throws Exception {
        int old = primary();
        write(other(old), 20);
        cluster.awaitLevel(SOON);
        String localRead =
                cluster.jdbcUrl(old, APP) + "?consistency=bounded&freshness=1s&onStale=fail&readTimeout=100ms";
        execute(localRead, "SELECT count(*) FROM t");

        Connection remote = DriverManager.getConnection(remoteUrl(old));
        signal("STOP", old);
        long late = ++nextRow;
        CompletableFuture<Void> toTheOldOne = CompletableFuture.runAsync(() -> writeAndClose(remote, late));
        int next = cluster.awaitPrimaryOtherThan(old, SOON);
        write(next, 20);

        Await.until("its local readers are refused", SOON, () -> isRefused(localRead));
        signal("CONT", old);

        toTheOldOne.get(SOON.toSeconds(), TimeUnit.SECONDS);
        acknowledged.add(late); // by the new primary, to which the old one sent it
        Await.until(
                "it follows", SOON, () -> cluster.client(old).status().role().equals("follower"));
        write(old, 20);
        assertEveryNodeHasWhatWasAcknowledged();
        NodeStatus status = cluster.client(old).status();
        assertThat(status.epoch()).isEqualTo(cluster.client(next).status().epoch());
        assertThat(status.json().path("roleHistory").toString()).contains("leading", "none");
    }

    private String remoteUrl(int node) {
        return cluster.url(node).toString().replace("http://", "jdbc:replsqlite://") + "/" + APP + "?tokenFile="
                + directory.resolve("token") + "&writeTimeout=60s";
    }

    private static void writeAndClose(Connection remote, long row) {
        try (remote;
                Statement statement = remote.createStatement()) {
            statement.execute("INSERT INTO t VALUES (" + row + ")");
        } catch (SQLException failure) {
            throw new IllegalStateException("the write that waited at the paused node failed", failure);
        }
    }

    private static boolean isRefused(String url) {
        try {
            execute(url, "SELECT count(*) FROM t");
            return false;
        } catch (SQLException stale) {
            assertThat(stale.getSQLState()).isEqualTo("58R01");
            return true;
        }
    }

    @Test
    void allNodesKilledAtOnceComeBackWithEverything() throws Exception {
        write(1, 30);
        write(2, 30);
        cluster.awaitLevel(SOON);
        for (int node = 1; node <= 3; node++) {
            cluster.node(node).kill();
        }
        for (int node = 1; node <= 3; node++) {
            cluster.restartNode(node);
        }
        write(primary(), 10);
        assertEveryNodeHasWhatWasAcknowledged();
    }

    @Test
    void aZooKeeperThatHasForgottenEverythingTakesNoEpochBack() throws Exception {
        int old = primary();
        write(other(old), 20);
        long before = cluster.client(old).status().epoch();

        cluster.stopZooKeeper();
        Await.until("it stands down", SOON, () -> cluster.primary().isEmpty());
        deleteAll(directory.resolve("zookeeper"));
        cluster.startZooKeeper();

        int next = primary();
        assertThat(cluster.client(next).status().epoch()).isGreaterThan(before);
        write(other(next), 20);
        assertEveryNodeHasWhatWasAcknowledged();
    }

    private static void deleteAll(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }

    @Test
    void anotherNodeLeadsAfterTheKilledOneAndTheKilledOneFollows() throws Exception {
        write(1, 5);
        Failover.Outcome outcome = new Failover(cluster, APP, MonotonicClock.SYSTEM).run();
        assertThat(outcome.successor()).isNotEqualTo(outcome.killed());
        assertThat(outcome.acknowledged()).isGreaterThan(300);
        cluster.restartNode(outcome.killed());
        write(outcome.killed(), 5);
        assertEveryNodeHasWhatWasAcknowledged();
    }
}
