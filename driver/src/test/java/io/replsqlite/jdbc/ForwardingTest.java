package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class ForwardingTest extends FakePrimaryFixture {
    @Test
    void followsARedirectAndRetriesWhatWasNotExecuted() throws Exception {
        Path other = Files.createDirectories(directory.resolve("other"));
        try (FakePrimary second = new FakePrimary(other);
                Connection connection = connect("")) {
            primary.interception = request ->
                    ErrorResponse.of(ErrorResponse.Kind.NOT_PRIMARY, "follower").withPrimaryUrl(second.url());
            write(connection, "a");
            assertThat(second.requests).hasSize(1);
            int[] refusals = {2};
            primary.interception =
                    request -> refusals[0]-- > 0 ? ErrorResponse.of(ErrorResponse.Kind.NO_PRIMARY, "electing") : null;
            write(connection, "b");
            assertThat(primary.requests).hasSize(4);
            assertThat(primary.requests.get(3).id())
                    .isEqualTo(primary.requests.get(1).id());
        }
    }

    @Test
    void aStatementPreparedBeforeItsTableCameReadsTheTableOnceItIsHere() throws Exception {
        try (Connection connection = connect("");
                PreparedStatement select = connection.prepareStatement("select name || ? from later")) {
            select.setString(1, "!");
            try (Connection schema = DriverManager.getConnection("jdbc:sqlite:" + primary.file);
                    Statement statement = schema.createStatement()) {
                statement.executeUpdate("create table later(name); insert into later values('here')");
            }
            try (ResultSet result = select.executeQuery()) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(1)).isEqualTo("here!");
            }
            assertThat(primary.requests).isEmpty();
        }
    }

    @Test
    void askingForGeneratedKeysWritesAtThePrimary() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            String sql = "insert into t(name) values('x')";
            assertThat(statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS))
                    .isEqualTo(1);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getLong(1)).isEqualTo(1);
            }
            String another = "insert into t(name) values('y')";
            assertThat(statement.executeUpdate(another, new int[] {1})).isEqualTo(1);
            assertThat(statement.execute("update t set name = 'z' where id = 1", new String[] {"id"}))
                    .isFalse();
            assertThat(primary.requests).hasSize(3);
        }
    }

    @Test
    void twoNodesThatNameEachOtherEndInTheTimeout() throws Exception {
        Path other = Files.createDirectories(directory.resolve("other"));
        try (FakePrimary second = new FakePrimary(other);
                Connection connection = connect("?writeTimeout=600ms")) {
            primary.interception = request ->
                    ErrorResponse.of(ErrorResponse.Kind.NOT_PRIMARY, "not me").withPrimaryUrl(second.url());
            second.interception = request ->
                    ErrorResponse.of(ErrorResponse.Kind.NOT_PRIMARY, "not me").withPrimaryUrl(primary.url());
            assertThatThrownBy(() -> write(connection, "a")).hasMessageContaining("not me");
            assertThat(primary.requests.size()).isLessThan(200);
        }
    }

    @Test
    void saysThatNothingWasExecutedWhenNoPrimaryIsThere() throws SQLException {
        try (Connection connection = connect("?writeTimeout=200ms")) {
            for (String url : new String[] {"", "http://127.0.0.1:1", "nonsense"}) {
                primary.announce(url);
                assertThatThrownBy(() -> write(connection, "a"))
                        .isInstanceOf(SQLTransientConnectionException.class)
                        .extracting(failure -> ((SQLException) failure).getSQLState())
                        .isEqualTo("08001");
            }
            assertThat(count(connection)).isZero();
        }
    }

    @Test
    void sendsARequestAgainUnderItsIdWhenTheAnswerIsLost() throws SQLException {
        try (Connection connection = connect("?writeTimeout=5s")) {
            int[] losses = {2};
            primary.interception = request -> {
                if (losses[0]-- > 0) {
                    throw new IOException("the answer is lost here");
                }
                return null;
            };
            write(connection, "a");
            assertThat(primary.requests).extracting(ExecuteRequest::attempt).containsExactly(1, 2, 3);
            assertThat(primary.requests)
                    .extracting(ExecuteRequest::id)
                    .containsOnly(primary.requests.get(0).id());
        }
    }

    @Test
    void saysThatTheOutcomeIsUnknownWhenNoAnswerComesInTime() throws SQLException {
        try (Connection connection = connect("?writeTimeout=500ms")) {
            primary.interception = request -> {
                throw new IOException("the primary dies here");
            };
            OutcomeUnknownException unknown =
                    catchThrowableOfType(OutcomeUnknownException.class, () -> write(connection, "a"));
            assertThat(unknown.getSQLState()).isEqualTo("08007");
            assertThat(unknown.requestId())
                    .isEqualTo(primary.requests.get(0).id().toString());
        }
    }

    @Test
    void aRefusalAfterALostAnswerDoesNotHideThatTheWriteMayHaveHappened() throws SQLException {
        try (Connection connection = connect("?writeTimeout=500ms")) {
            primary.interception = request -> {
                if (request.attempt() == 1) {
                    throw new IOException("the answer is lost here");
                }
                return ErrorResponse.of(ErrorResponse.Kind.NO_PRIMARY, "electing");
            };
            assertThatThrownBy(() -> write(connection, "a"))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("electing");
        }
    }

    @Test
    void reportsAWrongToken() throws Exception {
        Files.writeString(directory.resolve("app.db-replsqlite/token"), "wrong");
        try (Connection connection = connect("")) {
            assertThatThrownBy(() -> write(connection, "a")).isInstanceOf(SQLInvalidAuthorizationSpecException.class);
        }
    }

    private static void write(Connection connection, String name) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into t(name) values(?)")) {
            insert.setString(1, name);
            insert.executeUpdate();
        }
    }
}
