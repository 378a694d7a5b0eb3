package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads on the primary's own host whose snapshot may show what is not committed, by policy. */
class UncommittedReadsTest extends FakePrimaryFixture {
    @BeforeEach
    void start() throws SQLException {
        primary.lead();
        primary.showUncommitted();
    }

    private Connection connectWith(String policy) throws SQLException {
        return DriverManager.getConnection(primary.jdbcUrl() + "?readTimeout=20ms&onStale=" + policy);
    }

    private static LastRoute.Place place(Connection connection) throws SQLException {
        return connection.unwrap(ReplicaConnection.class).lastRoute().place();
    }

    @Test
    void theyRunAtThePrimaryInstead() throws SQLException {
        try (Connection connection = connectWith("primary");
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement(COUNT)) {
            try (ResultSet row = statement.executeQuery(COUNT)) {
                assertThat(row.getLong(1)).isZero();
            }
            assertThat(place(connection)).isEqualTo(LastRoute.Place.PRIMARY);
            assertThat(connection.unwrap(ReplicaConnection.class).lastRoute().why())
                    .contains("not all that the replica shows is committed");
            assertThat(statement.execute(COUNT)).isTrue();
            try (ResultSet row = statement.getResultSet()) {
                assertThat(row.next()).isTrue();
            }
            try (ResultSet row = prepared.executeQuery()) {
                assertThat(row.next()).isTrue();
            }
            assertThat(prepared.execute()).isTrue();
            assertThat(primary.requests).hasSize(4);

            primary.publish();
            primary.showOnlyCommitted();
            try (ResultSet row = prepared.executeQuery()) {
                assertThat(row.next()).isTrue();
            }
            assertThat(place(connection)).as("once all is committed").isEqualTo(LastRoute.Place.LOCAL);
        }
    }

    @Test
    void theyFailOrAreServedWithAWarning() throws SQLException {
        try (Connection failing = connectWith("fail");
                Connection stale = connectWith("stale");
                Statement refused = failing.createStatement();
                Statement served = stale.createStatement()) {
            SQLException notMet = catchThrowableOfType(SQLException.class, () -> refused.executeQuery(COUNT));
            assertThat(notMet.getSQLState()).isEqualTo("58R01");
            try (ResultSet row = served.executeQuery(COUNT)) {
                assertThat(row.getLong(1)).isZero();
            }
            assertThat(place(stale)).isEqualTo(LastRoute.Place.LOCAL);
            assertThat(served.getWarnings().getMessage()).contains("not all that the replica shows is committed");
            assertThat(primary.requests).isEmpty();
        }
    }

    @Test
    void aReadBesideTemporaryTablesCannotMove() throws SQLException {
        try (Connection connection = connectWith("primary");
                Statement statement = connection.createStatement()) {
            primary.showOnlyCommitted();
            statement.executeUpdate("create temp table mine(x)");
            primary.showUncommitted();
            SQLException notMet = catchThrowableOfType(
                    SQLException.class, () -> statement.executeUpdate("insert into mine select count(*) from t"));
            assertThat(notMet.getSQLState()).isEqualTo("58R01");
            notMet = catchThrowableOfType(
                    SQLException.class, () -> statement.executeQuery("select count(*) from mine, t"));
            assertThat(notMet.getMessage()).contains("not all that the replica shows is committed");
            assertThat(notMet.getSQLState()).isEqualTo("58R01");
            assertThat(primary.requests).isEmpty();
            statement.executeQuery("select count(*) from mine").close(); // nobody else's
        }
    }

    @Test
    void aRefusedStatementLeavesNothingInATemporaryTable() throws SQLException {
        try (Connection connection = connectWith("fail");
                Statement statement = connection.createStatement()) {
            primary.showOnlyCommitted();
            statement.executeUpdate("create temp table mine(x)");
            primary.showUncommitted();
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            SQLException notMet = catchThrowableOfType(
                    SQLException.class, () -> statement.executeUpdate("insert into mine select count(*) from t"));
            assertThat(notMet.getSQLState()).isEqualTo("58R01");
            connection.rollback();
            try (ResultSet row = statement.executeQuery("select count(*) from mine")) {
                assertThat(row.getLong(1)).isZero();
            }
        }
    }

    @Test
    void aTransactionTakesItsSnapshotWithItsFirstStatementWhateverThatReads() throws SQLException {
        try (Connection connection = connectWith("fail");
                Statement statement = connection.createStatement()) {
            primary.showOnlyCommitted();
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            statement.executeQuery("select 1").close();
            primary.showUncommitted();
            try (Connection writer = DriverManager.getConnection("jdbc:sqlite:" + primary.file);
                    Statement insert = writer.createStatement()) {
                insert.executeUpdate("insert into t default values");
            }
            try (ResultSet row = statement.executeQuery(COUNT)) {
                assertThat(row.getLong(1)).as("what came later is not in it").isZero();
            }
        }
    }

    @Test
    void aFirstStatementThatFailsHasVouchedForNothing() throws SQLException {
        try (Connection connection = connectWith("fail");
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            SQLException overflow = catchThrowableOfType(
                    SQLException.class, () -> statement.executeQuery("select abs(-9223372036854775807 - 1)"));
            assertThat(overflow.getMessage()).contains("overflow");
            assertThat(catchThrowableOfType(SQLException.class, () -> statement.executeQuery(COUNT))
                            .getSQLState())
                    .isEqualTo("58R01");
        }
    }

    @Test
    void aReadOnlyTransactionThatWasRefusedItsSnapshotTakesAnotherOne() throws SQLException {
        try (Connection connection = connectWith("fail");
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            SQLException notMet = catchThrowableOfType(SQLException.class, () -> statement.executeQuery(COUNT));
            assertThat(notMet.getSQLState()).isEqualTo("58R01");
            assertThat(catchThrowableOfType(SQLException.class, () -> statement.executeQuery(COUNT))
                            .getSQLState())
                    .as("nobody vouches for it the second time either")
                    .isEqualTo("58R01");
            primary.showOnlyCommitted();
            try (ResultSet row = statement.executeQuery(COUNT)) {
                assertThat(row.getLong(1)).isZero();
            }
            primary.showUncommitted();
            try (ResultSet row = statement.executeQuery(COUNT)) {
                assertThat(row.getLong(1)).as("the snapshot is older").isZero();
            }
            connection.commit();
        }
    }
}
