package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a connection remembers of its writes, which another connection of the writer's process has made for it. */
@Timeout(60)
class ConnectionStateTest {
    @TempDir
    Path directory;

    private ReplicaNode node;
    private Connection connection;
    private Connection neighbour;
    private Statement statement;

    @BeforeEach
    void start() throws Exception {
        node = ReplicaNode.start(
                NodeSettings.of(Map.of("dir", directory.toString(), "listen", "127.0.0.1:0")), MonotonicClock.SYSTEM);
        assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
        String url = "jdbc:replsqlite:" + directory.resolve("app.db");
        connection = DriverManager.getConnection(url);
        neighbour = DriverManager.getConnection(url);
        statement = connection.createStatement();
        statement.executeUpdate("create table t(id integer primary key, x unique)");
        statement.executeUpdate("create table log(x)");
        try (Statement other = neighbour.createStatement()) {
            other.executeUpdate("insert into t values(1000, 'neighbour')");
        }
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        neighbour.close();
        node.close();
    }

    private void assertCounters(long rowid, long changes, long totalChanges) throws SQLException {
        try (Statement asking = connection.createStatement();
                ResultSet row = asking.executeQuery("select last_insert_rowid(), changes(), total_changes()")) {
            assertThat(new long[] {row.getLong(1), row.getLong(2), row.getLong(3)})
                    .as("last_insert_rowid, changes, total_changes")
                    .containsExactly(rowid, changes, totalChanges);
        }
    }

    private static Long key(Statement inserted) throws SQLException {
        try (ResultSet keys = inserted.getGeneratedKeys()) {
            Long key = keys.next() ? keys.getLong(1) : null;
            assertThat(keys.next()).isFalse();
            return key;
        }
    }

    @Test
    void countersFollowThisConnectionsWritesOnly() throws SQLException {
        assertCounters(0, 0, 0);
        statement.executeUpdate("insert into t values(41, 'a'),(42, 'b')");
        assertCounters(42, 2, 2);
        statement.executeUpdate("update t set x = x || '!' where id < 50");
        assertCounters(42, 2, 4);
        statement.executeUpdate("delete from t where id = 99");
        assertCounters(42, 0, 4);
        try (ResultSet ignored = statement.executeQuery("/*+ replsqlite: consistency=primary */ select * from t")) {
            assertThat(ignored.next()).isTrue();
        }
        assertCounters(42, 0, 4);
    }

    @Test
    void countersFollowTriggersReturningAndBatches() throws SQLException {
        statement.executeUpdate("create trigger tr after insert on t begin insert into log values(new.x); end");
        statement.executeUpdate("insert into t values(5, 'a')");
        assertCounters(5, 1, 2);
        try (ResultSet returned = statement.executeQuery("insert into t values(6, 'b') returning id")) {
            assertThat(returned.getLong(1)).isEqualTo(6);
        }
        assertCounters(6, 1, 4);
        try (PreparedStatement insert = connection.prepareStatement("insert into t(id, x) values(?, ?)")) {
            for (int id = 10; id < 13; id++) {
                insert.setInt(1, id);
                insert.setString(2, "batch " + id);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
        }
        assertCounters(12, 1, 10);
        statement.executeUpdate("insert into t values(20, 'c'); update t set x = x where id = 5");
        assertCounters(20, 1, 13);
    }

    @Test
    void aKeyIsGivenExactlyWhenARowWasInserted() throws SQLException {
        statement.executeUpdate("/* a comment */ -- another\n insert into t values(1, 'a')");
        assertThat(key(statement)).isEqualTo(1);
        statement.executeUpdate("insert or ignore into t values(2, 'a')");
        assertThat(key(statement)).isNull();
        statement.executeUpdate("insert into t values(3, 'a') on conflict(x) do update set x = 'b'");
        assertThat(key(statement)).isNull();
        statement.executeUpdate("insert into t values(4, 'c') on conflict(x) do update set x = 'd'");
        assertThat(key(statement)).isEqualTo(4);
        statement.executeUpdate("insert into t(x) values('e'),('f')");
        assertThat(key(statement)).as("of several rows, the last").isEqualTo(1002);
        statement.executeUpdate("update t set x = 'g' where id = 1");
        assertThat(key(statement)).isNull();
        try (PreparedStatement insert =
                connection.prepareStatement("insert into t(x) values(?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "h");
            insert.executeUpdate();
            assertThat(key(insert)).isEqualTo(1003);
            insert.setString(1, "i");
            insert.addBatch();
            insert.executeBatch();
            assertThat(key(insert)).as("of a batch, as they were asked for").isEqualTo(1004);
        }
    }
}
