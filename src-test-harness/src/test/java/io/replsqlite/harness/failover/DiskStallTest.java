package io.replsqlite.harness.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary that lives, and whose disk answers no more. */
@Timeout(300)
class DiskStallTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String APP = LocalCluster.DATABASE;

    @TempDir
    Path directory;

    private final Set<Long> acknowledged = new TreeSet<>();
    private LocalCluster cluster;

    private void execute(int throughNode, String sql) throws SQLException {
        String url = cluster.jdbcUrl(throughNode, APP) + "?writeTimeout=2s";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** @return whether it was acknowledged */
    private boolean write(int throughNode, long row) {
        try {
            execute(throughNode, "INSERT INTO t VALUES (" + row + ")");
            return acknowledged.add(row);
        } catch (SQLException waited) {
            return false;
        }
    }

    private boolean leads(int node) {
        return cluster.primary().orElse(0) == node;
    }

    private void awaitLevel() throws Exception {
        Await.until("all nodes run and are level", SOON, cluster::isLevel);
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
    void itLeavesTheLeaseToAnotherAndNothingAcknowledgedIsLost() throws Exception {
        cluster = LocalCluster.prepare(directory, 3, LeaseKind.ZOOKEEPER);
        try (LocalCluster running = cluster) {
            running.addSettings(List.of("--disk-stall-limit", "500ms"));
            running.startAll();
            execute(1, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
            awaitLevel();
            running.node(1).kill();
            running.launchNode(1, Map.of(FailurePoint.ENVIRONMENT, "LOG_SYNCED=hang@60"));
            Await.until("node1 follows", SOON, () -> leads(2) || leads(3));
            awaitLevel();
            // refused until its stream has begun, which a level node need not have
            Await.until(
                    "node1 can take over",
                    SOON,
                    () -> !running.client(1).handOff("node1").isMissingNode());
            Await.until("node1 leads", SOON, () -> leads(1));
            for (long row = 1; leads(1); row++) {
                boolean ignored = write(2, row);
                assertThat(row).as("the disk hangs at some write").isLessThan(1_000);
            }
            Await.until("another node leads", SOON, () -> leads(2) || leads(3));
            assertThat(acknowledged).as("by the one that hung").isNotEmpty();
            int before = acknowledged.size();
            Await.until("writes go on", SOON, () -> write(3, 10_000 + acknowledged.size()));
            assertThat(acknowledged).hasSizeGreaterThan(before);
            Await.until(
                    "writes go on beside the node whose disk hangs",
                    SOON,
                    () -> write(1, 20_000 + acknowledged.size()));
            assertThat(Files.readString(directory.resolve("node1").resolve("node.log")))
                    .contains("the disk has not answered a sync of app's log");
            running.node(1).kill();
            running.launchNode(1, Map.of());
            awaitLevel();
            for (int node = 1; node <= running.size(); node++) {
                assertThat(rows(node)).as("node%d", node).containsAll(acknowledged);
            }
        }
    }
}
