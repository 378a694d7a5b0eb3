package io.replsqlite.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.admin.NodeRefusedException;
import io.replsqlite.server.admin.ReplicaComparison;
import io.replsqlite.server.admin.ReplicaComparison.Verdict;
import io.replsqlite.server.admin.ReplicaScan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real node processes, used as applications and operators use them. */
class ClusterTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String APP = LocalCluster.DATABASE;

    @TempDir
    Path directory;

    private LocalCluster cluster;

    @BeforeEach
    void startCluster() throws Exception {
        cluster = LocalCluster.start(directory, 3, LeaseKind.STATIC);
    }

    @AfterEach
    void stopCluster() throws Exception {
        cluster.close();
    }

    @Test
    void whatAFollowersDriverWritesIsReadOnEveryNodeAlsoAfterARestart() throws Exception {
        write(2, APP, "CREATE TABLE t (a)");
        write(3, APP, "INSERT INTO t VALUES (1), (2)");
        assertEveryNodeCounts(APP, 2);

        assertThatThrownBy(() -> LocalCluster.start(directory, 3, LeaseKind.STATIC))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("another process runs one there");
        cluster.close();
        assertThatThrownBy(() -> LocalCluster.start(directory, 3, LeaseKind.FILE))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("made with --lease static");

        cluster = LocalCluster.start(directory, 3, LeaseKind.STATIC);
        write(2, APP, "INSERT INTO t VALUES (3)");
        assertEveryNodeCounts(APP, 3);
        assertThat(compare(APP).verdict()).isEqualTo(Verdict.EQUAL);
    }

    @Test
    void databasesAreCreatedImportedAndDroppedWhileTheClusterRuns() throws Exception {
        cluster.client(2).create("second");
        cluster.awaitLevel(SOON);
        write(3, "second", "CREATE TABLE t (a)");
        write(2, "second", "INSERT INTO t VALUES (1)");
        assertEveryNodeCounts("second", 1);

        Path file = rollbackJournalFile(700);
        cluster.client(3).importFile("third", file);
        cluster.awaitLevel(SOON);
        assertEveryNodeCounts("third", 700);
        assertThat(compare("third").verdict()).isEqualTo(Verdict.EQUAL);
        write(3, "third", "INSERT INTO t VALUES (0)");
        assertEveryNodeCounts("third", 701);
        assertThat(count("jdbc:sqlite:" + file)).as("the imported file itself").isEqualTo(700);

        assertThatThrownBy(() -> cluster.client(1).create("second"))
                .isInstanceOf(NodeRefusedException.class)
                .hasMessageContaining("There is a database 'second' already");
        cluster.client(2).drop("second");
        awaitAbsent("second");
        cluster.client(1).create("second");
        cluster.awaitLevel(SOON);
        write(2, "second", "CREATE TABLE t (a)");
        assertEveryNodeCounts("second", 0);
    }

    @Test
    void aPageThatWasDamagedWhileAFollowerWasDownIsHealedOrNamed() throws Exception {
        write(1, APP, "CREATE TABLE t (a)");
        write(
                1,
                APP,
                "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                        + " SELECT printf('%0100d', i) FROM n");
        cluster.awaitLevel(SOON);
        cluster.stopNode(3);
        int page = 20;
        damage(cluster.databaseFile(3, APP), page);
        cluster.restartNode(3);
        cluster.awaitLevel(SOON);

        ReplicaComparison.Result result = compare(APP);
        ReplicaScan third = result.scans().get(2);
        if (result.verdict() != Verdict.EQUAL) {
            assertThat(result.verdict()).isEqualTo(Verdict.DIFFERENT);
            assertThat(third.wrongPages()).containsExactly(page);
        }
        assertThat(result.scans().subList(0, 2)).allMatch(ReplicaScan::isIntact);
    }

    private void write(int node, String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(node, database));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private void assertEveryNodeCounts(String database, long rows) throws Exception {
        cluster.awaitLevel(SOON);
        for (int node = 1; node <= 3; node++) {
            assertThat(count(cluster.jdbcUrl(node, database)))
                    .as("node%d", node)
                    .isEqualTo(rows);
            assertThat(count("jdbc:sqlite:" + cluster.databaseFile(node, database)))
                    .as("plain SQLite on node%d", node)
                    .isEqualTo(rows);
        }
    }

    private static long count(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM t")) {
            return row.next() ? row.getLong(1) : -1;
        }
    }

    private ReplicaComparison.Result compare(String database) throws Exception {
        return ReplicaComparison.compare(database, cluster.clients(), Deadline.after(SOON, MonotonicClock.SYSTEM));
    }

    private void awaitAbsent(String database) throws IOException {
        Deadline deadline = Deadline.after(SOON, MonotonicClock.SYSTEM);
        while (cluster.statuses().stream()
                .anyMatch(status -> status.database(database).isPresent())) {
            assertThat(deadline.hasPassed()).as("'%s' is still there", database).isFalse();
            LockSupport.parkNanos(20_000_000);
        }
    }

    private Path rollbackJournalFile(int rows) throws SQLException {
        Path file = directory.resolve("plain.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = DELETE");
            statement.execute("CREATE TABLE t (a)");
            statement.execute("INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    + rows + ") SELECT i FROM n");
        }
        return file;
    }

    /** What a disk may do: bytes of the database file change, and nothing else. The WAL must not cover the page. */
    private static void damage(Path database, int page) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        assertThat(Files.size(database)).isGreaterThan(4096L * page);
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            file.seek(4096L * (page - 1) + 2000);
            int old = file.read();
            file.seek(4096L * (page - 1) + 2000);
            file.write(old ^ 1);
        }
    }
}
