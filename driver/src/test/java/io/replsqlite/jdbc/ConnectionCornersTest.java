package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.OnStale;
import io.replsqlite.api.ReplicaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What pools and frameworks do with a connection besides running statements. */
@Timeout(30)
class ConnectionCornersTest {
    @TempDir
    Path directory;

    private FakePrimary primary;
    private ReplicaConnection connection;

    @BeforeEach
    void start() throws IOException, SQLException {
        primary = new FakePrimary(directory);
        connection =
                DriverManager.getConnection(primary.jdbcUrl() + "?freshness=7s").unwrap(ReplicaConnection.class);
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        primary.close();
    }

    @Test
    void clientInfoChangesWhatReadsMustSee() throws SQLException {
        connection.setClientInfo("consistency", "bounded");
        connection.setClientInfo("freshness", "500ms");
        connection.setClientInfo("onStale", "wait");
        connection.setClientInfo("ApplicationName", "shop");
        assertThat(connection.consistency()).isEqualTo(Consistency.BOUNDED);
        assertThat(connection.freshness()).isEqualTo(Duration.ofMillis(500));
        assertThat(connection.onStale()).isEqualTo(OnStale.WAIT);
        assertThat(connection.getClientInfo())
                .containsEntry("consistency", "bounded")
                .containsEntry("freshness", "500ms")
                .containsEntry("ApplicationName", "shop")
                .containsKey("token")
                .doesNotContainKey("ClientUser");
        connection.setClientInfo("freshness", null);
        assertThat(connection.freshness()).as("what the URL says").isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void clientInfoAsAWholeReplacesWhatWasThere() throws SQLException {
        connection.setClientInfo("ApplicationName", "shop");
        connection.setClientInfo("onStale", "fail");
        Properties properties = new Properties();
        properties.setProperty("consistency", "bounded");
        properties.setProperty("freshness", "1s");
        properties.setProperty("colour", "blue");
        connection.setClientInfo(properties);
        assertThat(connection.consistency()).isEqualTo(Consistency.BOUNDED);
        assertThat(connection.onStale()).isEqualTo(OnStale.PRIMARY);
        assertThat(connection.getClientInfo("ApplicationName")).isNull();
        assertThat(connection.getWarnings().getMessage()).contains("'colour'");
        connection.setClientInfo(new Properties());
        assertThat(connection.consistency()).isEqualTo(Consistency.SESSION);
    }

    @Test
    void anUnknownClientInfoWarnsAndAWrongValueIsRefused() throws SQLException {
        connection.setClientInfo("colour", "blue");
        connection.setClientInfo("size", "large");
        assertThat(connection.getWarnings().getMessage()).contains("colour");
        assertThat(connection.getWarnings().getNextWarning().getMessage()).contains("size");
        connection.clearWarnings();
        assertThat((Object) connection.getWarnings()).isNull();
        SQLClientInfoException refused = catchThrowableOfType(
                SQLClientInfoException.class, () -> connection.setClientInfo("consistency", "strong"));
        assertThat(refused.getMessage()).contains("linearizable");
        assertThat(refused.getFailedProperties()).containsEntry("consistency", ClientInfoStatus.REASON_VALUE_INVALID);
        assertThatThrownBy(() -> connection.setClientInfo("token", "abc")).isInstanceOf(SQLClientInfoException.class);
        assertThat(connection.consistency()).isEqualTo(Consistency.SESSION);
    }

    @Test
    void metadataListsTheClientInfo() throws SQLException {
        TreeSet<String> names = new TreeSet<>();
        try (ResultSet info = connection.getMetaData().getClientInfoProperties()) {
            while (info.next()) {
                names.add(info.getString("NAME"));
                assertThat(info.getInt("MAX_LEN")).isPositive();
                assertThat(info.getString("DEFAULT_VALUE")).isNotNull();
                assertThat(info.getString("DESCRIPTION")).isNotEmpty();
            }
        }
        assertThat(names)
                .containsExactly(
                        "ApplicationName",
                        "ClientHostname",
                        "ClientUser",
                        "consistency",
                        "durability",
                        "freshness",
                        "onStale",
                        "readTimeout",
                        "token",
                        "transactions");
    }

    @Test
    void theTypedSettersRefuseWhatMakesNoSense() throws SQLException {
        connection.setFreshness(null);
        assertThatThrownBy(() -> connection.setConsistency(Consistency.BOUNDED))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("needs a freshness");
        connection.setFreshness(Duration.ofSeconds(1));
        connection.setConsistency(Consistency.BOUNDED);
        connection.setOnStale(OnStale.STALE);
        assertThatThrownBy(() -> connection.setFreshness(Duration.ofSeconds(-1)))
                .hasMessageContaining("negative");
        assertThat(connection.freshness()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void validityIsLocal() throws SQLException {
        primary.announce("");
        assertThat(connection.isValid(0)).isTrue();
        assertThat(primary.requests).isEmpty();
        assertThatThrownBy(() -> connection.isValid(-1)).isInstanceOf(SQLException.class);
        connection.close();
        assertThat(connection.isValid(1)).isFalse();
        assertThatThrownBy(() -> connection.isValid(-1)).isInstanceOf(SQLException.class);
    }

    @Test
    void networkTimeoutIsKeptAndBoundsAStatementAtThePrimary() throws SQLException {
        assertThat(connection.getNetworkTimeout()).isZero();
        assertThatThrownBy(() -> connection.setNetworkTimeout(Runnable::run, -1))
                .isInstanceOf(SQLException.class);
        connection.setNetworkTimeout(Runnable::run, 200);
        assertThat(connection.getNetworkTimeout()).isEqualTo(200);
        primary.announce("");
        try (Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("insert into t(name) values('a')"))
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("08001");
        }
    }

    @Test
    void abortEndsARunningStatementAndCloses() throws Exception {
        assertThatThrownBy(() -> connection.abort(null)).isInstanceOf(SQLException.class);
        try (Statement statement = connection.createStatement()) {
            Thread aborting = new Thread(() -> {
                try {
                    while (connection.lastRoute().why().startsWith("nothing")) {
                        Thread.onSpinWait();
                    }
                    connection.abort(Runnable::run);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            aborting.start();
            String endless = "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n";
            assertThatThrownBy(() -> statement.executeQuery(endless)).isInstanceOf(SQLException.class);
            aborting.join();
        }
        assertThat(connection.isClosed()).isTrue();
        connection.abort(Runnable::run);
    }

    @Test
    void readOnlyComesAndGoesOutsideATransaction() throws SQLException {
        for (boolean readOnly : new boolean[] {true, false, false, true}) {
            connection.setReadOnly(readOnly);
            assertThat(connection.isReadOnly()).isEqualTo(readOnly);
        }
        assertThat(primary.requests).isEmpty();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("select 1").next()).isTrue();
            assertThatThrownBy(() -> connection.setReadOnly(false)).isInstanceOf(SQLException.class);
        }
        connection.rollback();
    }

    @Test
    void springsWordForReadOnlyIsSwallowedWhereItIsTrue() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("SET TRANSACTION READ ONLY"))
                    .isInstanceOf(SQLFeatureNotSupportedException.class)
                    .hasMessageContaining("setReadOnly(true)");
            connection.setReadOnly(true);
            assertThat(statement.executeUpdate("SET TRANSACTION READ ONLY")).isZero();
            assertThat(statement.execute("set transaction read only;")).isFalse();
            assertThatThrownBy(() -> statement.execute("set transaction read write"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void everyLocalErrorOfSqliteHasASqlState() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            ResultSet result = statement.executeQuery("select 1 union all select abs(-9223372036854775808)");
            assertThat(result.next()).isTrue();
            assertState(result::next, "42000");
        }
        assertState(() -> connection.prepareStatement("/*+ replsqlite: x=1 */ select 1"), "42000");
        connection.setReadOnly(true);
        try (Statement statement = connection.createStatement()) {
            assertState(() -> statement.execute("delete from t"), "25006");
        }
    }

    private interface Failing {
        void run() throws SQLException;
    }

    private static void assertState(Failing failing, String sqlState) {
        SQLException failure = catchThrowableOfType(SQLException.class, failing::run);
        assertThat(failure.getSQLState()).as(failure.toString()).isEqualTo(sqlState);
    }

    @Test
    void wrappersAreUnwrappedOrRefusedNeverCast() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select 1")) {
            assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
            assertThat(statement.isWrapperFor(Integer.class)).isFalse();
            assertThatThrownBy(() -> connection.unwrap(Integer.class)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> statement.unwrap(Integer.class)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> result.unwrap(Integer.class)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> result.getMetaData().unwrap(Integer.class)).isInstanceOf(SQLException.class);
            try (PreparedStatement prepared = connection.prepareStatement("select ?")) {
                assertThatThrownBy(() -> prepared.getMetaData().unwrap(Integer.class))
                        .isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> prepared.getParameterMetaData().unwrap(Integer.class))
                        .isInstanceOf(SQLException.class);
                assertThat(prepared.getParameterMetaData().getParameterCount()).isEqualTo(1);
            }
            assertThatThrownBy(() -> connection.getMetaData().unwrap(Integer.class))
                    .isInstanceOf(SQLException.class);
        }
    }
}
