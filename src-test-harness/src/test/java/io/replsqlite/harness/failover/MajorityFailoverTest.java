package io.replsqlite.harness.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Durability;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three voters in processes of their own, and a ZooKeeper that is slow to notice anything, or away. */
@Timeout(300)
class MajorityFailoverTest {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final String APP = LocalCluster.DATABASE;

    @TempDir
    Path directory;

    private final Set<Long> acknowledged = new TreeSet<>();
    private LocalCluster cluster;
    private long nextRow;

    @BeforeEach
    void startCluster() throws Exception {
        cluster = LocalCluster.prepare(directory, 3, LeaseKind.ZOOKEEPER, Durability.QUORUM);
        cluster.addSettings(List.of("--lease-timeout", "20s", "--voter-timeout", "1500ms"));
        cluster.startAll();
        execute(1, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "");
    }

    @AfterEach
    void stopCluster() throws Exception {
        cluster.close();
    }

    private void execute(int throughNode, String sql, String settings) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(throughNode, APP) + settings);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void write(int throughNode) throws SQLException {
        long row = ++nextRow;
        execute(throughNode, "INSERT INTO t VALUES (" + row + ")", "?writeTimeout=30s");
        acknowledged.add(row);
    }

    private int primary() throws Exception {
        Await.until("one node leads", SOON, () -> cluster.primary().isPresent());
        return cluster.primary().orElseThrow();
    }

    private List<Integer> othersThan(int node) {
        return IntStream.rangeClosed(1, cluster.size())
                .filter(number -> number != node)
                .boxed()
                .toList();
    }

    private void signal(String name, int node) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(cluster.node(node).pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    private void assertEveryNodeHasWhatWasAcknowledged() throws Exception {
        cluster.awaitLevel(SOON);
        for (int node = 1; node <= cluster.size(); node++) {
            assertThat(rows(node)).as("node%d", node).containsAll(acknowledged);
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

    @Test
    void afterTheDeathOfThePrimaryAMajorityDoesNotWaitForZooKeeper() throws Exception {
        int old = primary();
        write(old);
        cluster.awaitLevel(SOON);
        cluster.node(old).kill();
        long died = System.nanoTime();
        write(othersThan(old).get(0));
        assertThat(Duration.ofNanos(System.nanoTime() - died))
                .as("the session of the dead one lasts 20 s")
                .isLessThan(Duration.ofSeconds(15));
        cluster.restartNode(old);
        write(old);
        assertEveryNodeHasWhatWasAcknowledged();
    }

    @Test
    void withoutZooKeeperWritesGoOnAndAnotherVoterTakesOver() throws Exception {
        int first = primary();
        write(othersThan(first).get(0));
        cluster.awaitLevel(SOON);
        cluster.stopZooKeeper();
        Await.until(
                "the primary knows that ZooKeeper is away",
                SOON,
                () -> cluster.client(first)
                        .status()
                        .json()
                        .path("lease")
                        .asText()
                        .contains("leads by its majority"));
        write(first);
        write(othersThan(first).get(0));
        assertThat(primary()).isEqualTo(first);

        cluster.node(first).kill();
        write(othersThan(first).get(0));
        int next = primary();
        long epoch = cluster.client(next).status().epoch();

        cluster.startZooKeeper();
        cluster.restartNode(first);
        Await.until(
                "the lease in ZooKeeper is the new primary's",
                SOON,
                () -> cluster.client(next).status().json().path("lease").isMissingNode());
        write(first);
        assertThat(cluster.client(next).status().isPrimary()).isTrue();
        assertThat(cluster.client(next).status().epoch()).isEqualTo(epoch);
        assertEveryNodeHasWhatWasAcknowledged();
    }

    @Test
    void aPrimaryThatHearsNoMajorityAcknowledgesNotEvenLocalWrites() throws Exception {
        int alone = primary();
        write(alone);
        for (int other : othersThan(alone)) {
            signal("STOP", other);
        }
        Await.until(
                "it stands down", SOON, () -> !cluster.client(alone).status().isPrimary());
        assertThatThrownBy(() -> execute(alone, "INSERT INTO t VALUES (-1)", "?durability=local&writeTimeout=2s"))
                .isInstanceOf(SQLException.class);
        for (int other : othersThan(alone)) {
            signal("CONT", other);
        }
        write(alone);
        assertEveryNodeHasWhatWasAcknowledged();
        assertThat(rows(alone)).doesNotContain(-1L);
    }

    @Test
    void aPausedPrimaryIsReplacedAndGetsNothingAcknowledgedAfterwards() throws Exception {
        int old = primary();
        write(old);
        cluster.awaitLevel(SOON);
        long epoch = cluster.client(old).status().epoch();
        signal("STOP", old);
        int next = cluster.awaitPrimaryOtherThan(old, SOON);
        write(next);
        signal("CONT", old);
        write(old);
        assertThat(cluster.client(next).status().epoch()).isGreaterThan(epoch);
        Await.until(
                "it follows", SOON, () -> cluster.client(old).status().role().equals("follower"));
        assertEveryNodeHasWhatWasAcknowledged();
    }
}
