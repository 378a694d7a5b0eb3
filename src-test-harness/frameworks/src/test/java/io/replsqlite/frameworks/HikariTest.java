package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.harness.fault.SharedNodes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HikariTest {
    private static HikariConfig config(SharedNodes.Database database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setMaximumPoolSize(4);
        return config;
    }

    @Test
    void aPoolByUrlReadsHereAndWritesThrough() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        HikariConfig config = config(database);
        config.setConnectionTestQuery("select 1");
        try (HikariDataSource pool = new HikariDataSource(config)) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("create table note(id integer primary key, text)");
            }
            insert(pool, "one");
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select text from note")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("one");
                ReplicaConnection replica = connection.unwrap(ReplicaConnection.class);
                assertThat(connection.isValid(1)).isTrue();
                assertThat(replica.lastRoute().place()).isIn(LastRoute.Place.LOCAL, LastRoute.Place.PRIMARY);
            }
            Applied.assertOnBoth(database, "select count(*) from note", 1);
        }
    }

    private static void insert(HikariDataSource pool, String text) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into note(text) values(?)")) {
            insert.setString(1, text);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void aPoolOfReadOnlyConnectionsStartsAndRefusesWrites() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        HikariConfig config = config(database);
        config.setReadOnly(true);
        try (HikariDataSource pool = new HikariDataSource(config);
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(connection.isReadOnly()).isTrue();
            assertThat(statement.executeQuery("select 1").next()).isTrue();
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> statement.executeUpdate("create table t(a)"))
                    .isInstanceOf(SQLException.class)
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("25006");
        }
    }

    /** A transaction that is open when its connection goes back must not stay at the primary, which has one writer. */
    @Test
    void whatAConnectionLeavesOpenIsRolledBackWhenItGoesBack() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        HikariConfig config = config(database);
        config.setMaximumPoolSize(1);
        config.setMaxLifetime(TimeUnit.SECONDS.toMillis(30));
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("create table note(text)");
                connection.commit();
                statement.executeUpdate("insert into note values('not committed')");
            }
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("insert into note values('committed')");
                connection.commit();
            }
            Applied.assertOnBoth(database, "select group_concat(text) from note", "committed");
        }
    }
}
