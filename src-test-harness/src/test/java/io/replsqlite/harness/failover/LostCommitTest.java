package io.replsqlite.harness.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.ReplicaDataSource;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.Token;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The primary dies under the COMMIT of an interactive transaction, and another node leads: two voters in processes of their
 * own, and one embedded here. Whoever leads next knows from its log what became of the COMMIT.
 */
@Timeout(180)
class LostCommitTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String APP = LocalCluster.DATABASE;

    private enum Through {
        EMBEDDED_FOLLOWER,
        REMOTE_URL
    }

    @TempDir
    Path directory;

    private LocalCluster cluster;
    private ReplicaDataSource follower;
    private Connection third;

    /** Of the writes that a node makes as the primary, it dies in the third one. */
    private void start(FailurePoint point) throws Exception {
        cluster = LocalCluster.prepare(directory, 2, LeaseKind.FILE);
        cluster.addSettings(List.of("--voters", "node1,node2,mine", "--durability", "quorum", "--voter-timeout", "4s"));
        cluster.startAll(Map.of(FailurePoint.ENVIRONMENT, point + "=halt@3"));
        Path own = Files.createDirectories(directory.resolve("mine"));
        follower = new ReplicaDataSource();
        follower.setUrl("jdbc:replsqlite:" + own.resolve("app.db")
                + "?writeTimeout=30s&node.name=mine&node.candidate=false&node.voters=node1,node2,mine"
                + "&node.durability=quorum&node.voter-timeout=4s&node.lease-timeout=4s&node.lease=file:"
                + directory.resolve("lease") + "&node.token-file=" + directory.resolve("token"));
        follower.setNode("embedded");
        follower.setConnectTimeout("30s");
        third = follower.getConnection(); // starts the node
    }

    @AfterEach
    void stop() throws Exception {
        for (int node = 1; node <= cluster.size(); node++) {
            cluster.node(node).kill(); // nothing to be handed over
        }
        if (third != null) {
            third.close();
        }
        if (follower != null) {
            follower.close();
        }
        cluster.close();
    }

    private Connection connect(Through through) throws SQLException {
        return through == Through.EMBEDDED_FOLLOWER
                ? follower.getConnection()
                : DriverManager.getConnection(
                        "jdbc:replsqlite://" + cluster.url(1).getAuthority() + ","
                                + cluster.url(2).getAuthority() + "/" + APP + "?writeTimeout=30s&tokenFile="
                                + directory.resolve("token"));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute(sql);
        }
    }

    private static void insert(Connection connection, String row) throws SQLException {
        execute(connection, "INSERT INTO t VALUES ('" + row + "', (SELECT count(*) FROM t))");
    }

    private static long rows(Connection connection, String row) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM t WHERE name = '" + row + "'")) {
            return result.next() ? result.getLong(1) : -1;
        }
    }

    /** The first two writes; answers who leads. */
    private int beginTable(Connection connection) throws Exception {
        execute(connection, "CREATE TABLE t (name TEXT, before INTEGER)");
        connection.setAutoCommit(false);
        insert(connection, "earlier");
        connection.commit();
        Await.until("one node leads", SOON, () -> cluster.primary().isPresent());
        return cluster.primary().orElseThrow();
    }

    private void assertDied(int node) throws IOException, InterruptedException {
        assertThat(cluster.node(node).awaitExit(SOON)).isEqualTo(FailurePoint.HALT_EXIT_CODE);
    }

    /** On the node that died too, once it is back. */
    private void assertEveryNodeHasItOnce(int died) throws Exception {
        cluster.restartNode(died);
        cluster.awaitLevel(SOON);
        for (int node = 1; node <= cluster.size(); node++) {
            try (Connection plain =
                    DriverManager.getConnection("jdbc:sqlite:" + cluster.databaseFile(node, APP) + "?open_mode=1")) {
                assertThat(rows(plain, "victim")).as("node%d", node).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Through.class)
    void aCommitThatAMajorityHasSucceedsThoughItsPrimaryDiesBeforeItAnswers(Through through) throws Exception {
        start(FailurePoint.WRITE_COMMITTED);
        int old;
        try (Connection connection = connect(through)) {
            old = beginTable(connection);
            Token before = connection.unwrap(ReplicaConnection.class).token();
            insert(connection, "victim");
            connection.commit();
            assertDied(old);
            Token after = connection.unwrap(ReplicaConnection.class).token();
            assertThat(after.txid().value())
                    .as("the commit's own")
                    .isEqualTo(before.txid().value() + 1);
            assertThat(rows(connection, "victim")).isEqualTo(1);
            connection.rollback();
        }
        assertEveryNodeHasItOnce(old);
    }

    @ParameterizedTest
    @EnumSource(Through.class)
    void aCommitThatDiedWithItsPrimaryIsToldAsNotCommittedAndMayBeRepeated(Through through) throws Exception {
        start(FailurePoint.CAPTURE_COMMITTED); // SQLite has it there, and nobody else
        int old;
        try (Connection connection = connect(through)) {
            old = beginTable(connection);
            insert(connection, "victim");
            assertThatThrownBy(connection::commit)
                    .isInstanceOf(SQLTransactionRollbackException.class)
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("40001");
            assertDied(old);
            connection.rollback();
            assertThat(rows(connection, "victim")).isZero();
            connection.rollback();
            insert(connection, "victim");
            connection.commit();
            assertThat(rows(connection, "victim")).isEqualTo(1);
            connection.rollback();
        }
        assertEveryNodeHasItOnce(old);
    }
}
