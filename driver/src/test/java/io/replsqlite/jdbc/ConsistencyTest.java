package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.Token;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ExecuteRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ConsistencyTest extends FakePrimaryFixture {
    @Test
    void waitsUntilTheReplicaShowsItsOwnWrite() throws Exception {
        primary.holdsBackPublishing = true;
        try (Connection connection = connect("?readTimeout=10s");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into t(name) values('a')");
            Thread reader = Thread.currentThread();
            Thread publishing = new Thread(() -> {
                // The read is parked in the gate before the replica moves.
                while (LockSupport.getBlocker(reader) == null) {
                    Thread.onSpinWait();
                }
                primary.publish();
            });
            publishing.start();
            assertThat(count(connection)).isEqualTo(1);
            publishing.join();
        }
    }

    @Test
    void failsOrServesStaleByPolicyWhenTheReplicaLags() throws SQLException {
        primary.holdsBackPublishing = true;
        try (Connection connection = connect("?readTimeout=50ms&onStale=fail")) {
            write(connection, "a");
            assertThatThrownBy(() -> count(connection))
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("must see 1")
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("58R01");
        }
        try (Connection connection = connect("?readTimeout=50ms&onStale=stale");
                Statement statement = connection.createStatement()) {
            write(connection, "b");
            assertThat(statement.executeQuery("select 1").next()).isTrue();
            assertThat(statement.getWarnings().getSQLState()).isEqualTo("01000");
        }
        try (Connection connection = connect("?readTimeout=50ms&onStale=primary")) {
            write(connection, "c");
            assertThat(count(connection)).isEqualTo(3);
            assertThat(connection.unwrap(ReplicaConnection.class).lastRoute().place())
                    .isEqualTo(LastRoute.Place.PRIMARY);
        }
        try (Connection connection = connect("?readTimeout=50ms&consistency=eventual")) {
            write(connection, "d");
            assertThat(count(connection)).isEqualTo(4);
        }
        primary.age(Duration.ofSeconds(2));
        try (Connection connection = connect("?readTimeout=50ms&freshness=1s&onStale=fail")) {
            assertThatThrownBy(() -> count(connection)).hasMessageContaining("ms old");
        }
    }

    @Test
    void aTokenOfAnotherServiceIsWaitedFor() throws SQLException {
        primary.holdsBackPublishing = true;
        try (Connection first = connect("");
                Connection second = connect("?readTimeout=50ms&onStale=fail")) {
            Token told = new Token(primary.databaseId, new Epoch(1), new Txid(1));
            assertThat(count(second)).isZero();
            second.unwrap(ReplicaConnection.class).adopt(Token.parse(told.toString()));
            assertThatThrownBy(() -> count(second)).hasMessageContaining("must see 1");
            write(first, "a");
            assertThat(first.unwrap(ReplicaConnection.class).token()).isEqualTo(told);
            primary.publish();
            assertThat(count(second)).isEqualTo(1);
            Token foreign = new Token(new UUID(0, 0), new Epoch(1), new Txid(1));
            assertThatThrownBy(() -> second.unwrap(ReplicaConnection.class).adopt(foreign))
                    .hasMessageContaining("database");
        }
    }

    @Test
    void seesItsOwnWriteBesideAnOpenResult() throws SQLException {
        try (Connection connection = connect("");
                Statement outer = connection.createStatement()) {
            write(connection, "a");
            write(connection, "b");
            ResultSet open = outer.executeQuery("select id from t order by id");
            assertThat(open.next()).isTrue();
            write(connection, "c");
            assertThat(count(connection)).isEqualTo(3);
            try (PreparedStatement prepared = connection.prepareStatement("select id from t where name = ?")) {
                prepared.setString(1, "c");
                assertThat(prepared.executeQuery().next()).isTrue();
            }
            assertThat(open.next()).isTrue();
            assertThat(open.next()).as("the open result keeps its snapshot").isFalse();
        }
    }

    @Test
    void keepsOneSnapshotInAReadOnlyTransaction() throws SQLException {
        try (Connection reader = connect("");
                Connection writing = connect("")) {
            reader.setReadOnly(true);
            reader.setAutoCommit(false);
            assertThat(count(reader)).isZero();
            write(writing, "a");
            assertThat(count(reader)).isZero();
            assertThatThrownBy(() -> write(reader, "b"))
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("25006");
            reader.commit();
            assertThat(count(reader)).isEqualTo(1);
        }
    }

    @Test
    void aReadOnlyTransactionBeginsWithWhatItsLevelAsksFor() throws SQLException {
        primary.holdsBackPublishing = true;
        try (ReplicaConnection writing = connect("").unwrap(ReplicaConnection.class);
                ReplicaConnection reader =
                        connect("?readTimeout=50ms&onStale=fail").unwrap(ReplicaConnection.class)) {
            write(writing, "a");
            reader.setReadOnly(true);
            reader.setAutoCommit(false);
            reader.adopt(writing.token());
            assertThatThrownBy(() -> count(reader)).hasMessageContaining("must see 1");
            reader.rollback();
            primary.publish();
            assertThat(count(reader)).isEqualTo(1);
            primary.holdsBackPublishing = true;
            write(writing, "b");
            reader.adopt(writing.token());
            assertThat(count(reader))
                    .as("the snapshot stays, whatever comes to be known")
                    .isEqualTo(1);
            assertThatThrownBy(reader::startSession).hasMessageContaining("inside a transaction");
        }
    }

    @Test
    void aSessionThatStartsAnewWaitsForNothingOfTheFormer() throws SQLException {
        primary.holdsBackPublishing = true;
        try (ReplicaConnection lent = connect("?readTimeout=50ms&onStale=fail").unwrap(ReplicaConnection.class)) {
            lent.adopt(new Token(primary.databaseId, new Epoch(77), new Txid(1_000_000)));
            assertThatThrownBy(() -> count(lent)).hasMessageContaining("must see 1000000 of epoch 77");
            lent.startSession();
            assertThat(count(lent)).isZero();
            assertThat(lent.token().epoch().value()).isLessThan(77);
        }
    }

    @Test
    void asksThePrimaryForTablesThatAreNotHereYetButOnlyToReadOnAReadOnlyConnection() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            assertThatThrownBy(() -> statement.executeQuery("select * from later"))
                    .hasMessageContaining("no such table: later");
            assertThat(primary.requests.get(0).kind()).isEqualTo(ExecuteRequest.Kind.READ);
        }
    }

    @Test
    void keepsTemporaryTablesToThemselves() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                Statement outer = connection.createStatement()) {
            write(connection, "a");
            write(connection, "b");
            statement.executeUpdate("create temp table mine(x)");
            statement.executeUpdate("insert into mine select name from t");
            assertThat(primary.requests).hasSize(2);
            ResultSet open = outer.executeQuery("select x from mine");
            assertThat(open.next()).isTrue();
            write(connection, "c");
            assertThatThrownBy(() -> count(connection)).hasMessageContaining("close the result");
            open.close();
            assertThat(count(connection)).isEqualTo(3);
        }
    }

    private static void write(Connection connection, String name) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into t(name) values(?)")) {
            insert.setString(1, name);
            insert.executeUpdate();
        }
    }
}
