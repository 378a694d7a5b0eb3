package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.ReplicaStatement;
import io.replsqlite.status.Health;
import io.replsqlite.wire.ErrorResponse;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Timestamp;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class ReplicaDriverTest extends FakePrimaryFixture {
    @Test
    void writesAtThePrimaryAndReadsLocally() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("insert into t(name) values('a'),('b')"))
                    .isEqualTo(2);
            assertThat(((ReplicaStatement) statement).lastRoute().place()).isEqualTo(LastRoute.Place.PRIMARY);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getLong("last_insert_rowid()")).isEqualTo(2);
                assertThat(keys.next()).isFalse();
            }
            assertThat(count(connection)).isEqualTo(2);
            LastRoute route = connection.unwrap(ReplicaConnection.class).lastRoute();
            assertThat(route.place()).isEqualTo(LastRoute.Place.LOCAL);
            assertThat(route.txid()).isEqualTo(1);
            assertThat(primary.requests).hasSize(1);
        }
    }

    @Test
    void answersConnectionFunctionsFromTheLastForwardedWrite() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into t(id, name) values(41,'a'),(42,'b')");
            try (ResultSet result = statement.executeQuery("select last_insert_rowid(), changes(), total_changes()")) {
                assertThat(result.getLong(1)).isEqualTo(42);
                assertThat(result.getLong(2)).isEqualTo(2);
                assertThat(result.getLong(3)).isEqualTo(2);
            }
        }
    }

    @Test
    void convertsParametersAsSqliteJdbcDoes() throws SQLException {
        Timestamp instant = new Timestamp(1_700_000_000_123L);
        try (Connection connection = connect("?date_class=text");
                PreparedStatement insert = connection.prepareStatement("insert into t(name, v) values(?, ?)")) {
            insert.setString(1, "time");
            insert.setTimestamp(2, instant);
            assertThat(insert.executeUpdate()).isEqualTo(1);
            insert.setString(1, "blob");
            insert.setBytes(2, new byte[] {1, 2});
            insert.execute();
            assertThat(insert.getUpdateCount()).isEqualTo(1);
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("select typeof(v), v from t order by id")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(1)).isEqualTo("text");
                assertThat(result.getTimestamp(2)).isEqualTo(instant);
                assertThat(result.next()).isTrue();
                assertThat(result.getBytes(2)).containsExactly(1, 2);
            }
        }
    }

    @Test
    void givesTheRowsOfReturning() throws SQLException {
        try (Connection connection = connect("");
                PreparedStatement insert =
                        connection.prepareStatement("insert into t(name, v) values(?, ?) returning id, name, v")) {
            insert.setString(1, "x");
            insert.setDouble(2, 2.5);
            try (ResultSet result = insert.executeQuery()) {
                assertThat(result.isBeforeFirst()).isTrue();
                assertThat(result.next()).isTrue();
                assertThat(result.getInt("id")).isEqualTo(1);
                assertThat(result.getString("NAME")).isEqualTo("x");
                assertThat(result.getObject(3)).isEqualTo(2.5);
                assertThat(result.getStatement()).isSameAs(insert);
                assertThat(result.next()).isFalse();
                assertThat(result.isAfterLast()).isTrue();
            }
            insert.setString(1, "y");
            assertThatThrownBy(insert::executeUpdate).hasMessage("Query returns results");
        }
    }

    @Test
    void rebuildsSqlitesErrorsWithSqlState() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into t(name) values('a')");
            SQLiteException forwarded = catchThrowableOfType(
                    SQLiteException.class, () -> statement.executeUpdate("insert into t(name) values('a')"));
            assertThat(forwarded.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE);
            assertThat(forwarded.getErrorCode()).isEqualTo(19);
            assertThat(forwarded.getSQLState()).isEqualTo("23505");
            assertThat(forwarded.getMessage())
                    .isEqualTo(
                            "[SQLITE_CONSTRAINT_UNIQUE] A UNIQUE constraint failed (UNIQUE constraint failed: t.name)");
            SQLiteException local = catchThrowableOfType(
                    SQLiteException.class, () -> statement.executeQuery("select abs(-9223372036854775808)"));
            assertThat(local.getSQLState()).isEqualTo("42000");
        }
    }

    @Test
    void sendsABatchAsOneRequestAndReportsAFailureAsJdbcWants() throws SQLException {
        try (Connection connection = connect("");
                PreparedStatement insert = connection.prepareStatement("insert into t(name) values(?)")) {
            for (String name : new String[] {"a", "b", "c"}) {
                insert.setString(1, name);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
            assertThat(primary.requests).hasSize(1);
            for (String name : new String[] {"d", "a", "e"}) {
                insert.setString(1, name);
                insert.addBatch();
            }
            BatchUpdateException failure = catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
            assertThat(failure.getUpdateCounts()).containsExactly(1, 0, 0);
            assertThat(failure.getCause() instanceof SQLiteException).isTrue();
            assertThat(count(connection)).isEqualTo(4);
        }
    }

    private static void write(Connection connection, String name) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into t(name) values(?)")) {
            insert.setString(1, name);
            insert.executeUpdate();
        }
    }

    @Test
    void runsAllStatementsOfOneTextByExecuteUpdate() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("insert into t(name) values('a'); insert into t(name) values('b')"))
                    .isEqualTo(2);
            assertThat(primary.requests).hasSize(1);
            assertThat(statement.execute("insert into t(name) values('c'); insert into t(name) values('d')"))
                    .isFalse();
            assertThat(count(connection)).isEqualTo(3);
        }
    }

    @Test
    void preparesStatementsForTablesThatAreNotHereYet() throws SQLException {
        try (Connection connection = connect("")) {
            primary.interception = request -> ErrorResponse.of(ErrorResponse.Kind.REFUSED, "seen");
            PreparedStatement insert = connection.prepareStatement("insert into later(a,b) values(?, :b)");
            insert.setInt(1, 5);
            insert.setString(2, "x");
            assertThatThrownBy(insert::executeUpdate).hasMessage("seen");
            assertThat(primary.requests.get(0).statements().get(0).parameters().get(0))
                    .containsExactly(5L, "x");
        }
    }

    @Test
    void refusesWhatItCannotDoWithoutASqlState() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            for (String sql : new String[] {"attach 'x' as y", "pragma journal_mode=delete"}) {
                SQLFeatureNotSupportedException refusal =
                        catchThrowableOfType(SQLFeatureNotSupportedException.class, () -> statement.execute(sql));
                assertThat(refusal.getSQLState()).isNull();
            }
            connection.setReadOnly(true);
            assertThatThrownBy(() -> statement.execute("begin")).isInstanceOf(SQLFeatureNotSupportedException.class);
        }
    }

    @Test
    void sendsSessionPragmasWithItsWrites() throws SQLException {
        try (Connection connection = connect("?recursive_triggers=on");
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys=ON");
            write(connection, "a");
            assertThat(primary.requests.get(0).settings())
                    .containsEntry("foreign_keys", "on")
                    .containsEntry("recursive_triggers", "on");
        }
    }

    @Test
    void unwrapsByTheRulesOfJdbcAndKeepsTheNamesThatToolsLookFor() throws SQLException {
        try (Connection connection = connect("")) {
            assertThat(connection.unwrap(SQLiteConnection.class)).isNotNull();
            assertThat(connection.isWrapperFor(String.class)).isFalse();
            assertThatThrownBy(() -> connection.unwrap(String.class)).isInstanceOf(SQLException.class);
            assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("SQLite");
            assertThat(connection.getMetaData().getDriverName()).isEqualTo("SQLite JDBC");
            assertThat(connection.getMetaData().getURL()).isEqualTo(primary.jdbcUrl());
            assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
            assertThat(connection.isValid(1)).isTrue();
            assertThat(primary.requests).isEmpty();
        }
    }

    @Test
    void waitsForAUsableReplicaWhenOpening() throws SQLException {
        primary.announce(Health.STARTING);
        assertThatThrownBy(() -> connect("?connectTimeout=50ms"))
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining("STARTING");
        assertThatThrownBy(() -> connect("?nonsense=1")).hasMessageContaining("there is no setting");
    }
}
