package io.replsqlite.harness.session;

import static io.replsqlite.harness.session.OneNode.execute;
import static io.replsqlite.harness.session.OneNode.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.LastRoute.Place;
import io.replsqlite.api.ReplicaConnection;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a read-only transaction runs: its first read decides, by level and policy, for the whole of it. */
@Timeout(60)
class ReadOnlyTransactionsTest {
    private static final String COUNT = "select count(*) from t";

    @TempDir
    Path directory;

    private OneNode node;
    private Connection other;

    @BeforeEach
    void start() throws Exception {
        node = new OneNode(directory, Map.of());
        other = node.connect("");
        execute(other, "create table t(id integer primary key)");
    }

    @AfterEach
    void stop() throws Exception {
        other.close();
        node.close();
    }

    private Connection reader(String parameters) throws SQLException {
        Connection connection = node.connect(parameters);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return connection;
    }

    private static Place place(Connection connection) throws SQLException {
        return connection.unwrap(ReplicaConnection.class).lastRoute().place();
    }

    @Test
    void aTransactionBeginsWithItsFirstReadAndEachOnePassesTheGate() throws Exception {
        try (Connection reader = reader("?freshness=30s")) {
            execute(other, "insert into t default values");
            for (long expected = 1; expected < 4; expected++) {
                reader.unwrap(ReplicaConnection.class)
                        .adopt(other.unwrap(ReplicaConnection.class).token());
                assertThat(number(reader, COUNT)).as("the token is met").isEqualTo(expected);
                execute(other, "insert into t default values");
                assertThat(number(reader, COUNT)).as("one snapshot").isEqualTo(expected);
                assertThat(place(reader)).isEqualTo(Place.LOCAL);
                reader.commit();
            }
        }
    }

    @Test
    void whatTheReplicaCannotServeRunsAtThePrimaryAsAWhole() throws Exception {
        for (String level : new String[] {"?consistency=primary", "?consistency=linearizable"}) {
            try (Connection reader = reader(level)) {
                long before = number(reader, COUNT);
                assertThat(place(reader)).isEqualTo(Place.PRIMARY);
                assertThat(number(reader, "/*+ replsqlite: consistency=eventual */ " + COUNT))
                        .isEqualTo(before);
                assertThat(place(reader)).as("a hint moves no transaction").isEqualTo(Place.PRIMARY);
                assertThatThrownBy(() -> execute(reader, "insert into t default values"))
                        .extracting(failure -> ((SQLException) failure).getSQLState())
                        .isEqualTo("25006");
                reader.commit();
                execute(other, "insert into t default values");
                assertThat(number(reader, COUNT)).isEqualTo(before + 1);
            }
        }
    }

    @Test
    void savepointsGoWhereTheTransactionGoes() throws Exception {
        for (String level : new String[] {"", "?consistency=primary"}) {
            try (Connection reader = reader(level)) {
                Savepoint first = reader.setSavepoint();
                Savepoint second = reader.setSavepoint("second");
                assertThat(number(reader, COUNT)).isZero();
                reader.rollback(first);
                assertThatThrownBy(() -> reader.releaseSavepoint(second)).hasMessageContaining("no such savepoint");
                reader.releaseSavepoint(first);
                assertThatThrownBy(() -> reader.rollback(first)).hasMessageContaining("no such savepoint");
                reader.rollback();
            }
        }
    }

    @Test
    void aTransactionDoesNotBeginOnTheSnapshotOfAResultThatIsStillOpen() throws Exception {
        execute(other, "insert into t default values");
        execute(other, "insert into t default values");
        try (Connection reader = node.connect("");
                Statement statement = reader.createStatement();
                ResultSet open = statement.executeQuery("select id from t")) {
            assertThat(open.next()).isTrue();
            execute(other, "insert into t default values");
            reader.setReadOnly(true);
            reader.setAutoCommit(false);
            assertThat(number(reader, COUNT)).isEqualTo(3);
            assertThat(place(reader)).isEqualTo(Place.PRIMARY);
            reader.rollback();
            assertThat(open.next()).isTrue();
        }
    }
}
