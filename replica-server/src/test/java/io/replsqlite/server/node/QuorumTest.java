package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.WriteOutcome;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Position;
import io.replsqlite.server.commit.WriteFailedException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three nodes of one process, a majority of which must have what is acknowledged or shown. */
@Timeout(120)
class QuorumTest extends NodesFixture {
    private static final String[] QUORUM = {"voters", "a,b,c", "durability", "quorum", "commit-timeout", "400ms"};
    private static final String SHORT = "?readTimeout=200ms&writeTimeout=3s&onStale=fail";

    private ReplicaNode start(String name) throws Exception {
        return startUnderA(name, QUORUM);
    }

    /** Node a leads by configuration: an election would wait for a majority, and these tests begin without one. */
    private ReplicaNode startUnderA(String name, String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(
                "lease", name.equals("a") ? "static" : "static:a@" + node("a").url()));
        return start(name, all.toArray(String[]::new));
    }

    private ReplicaNode node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    private ReplicaConnection connect(String node, String settings) throws SQLException {
        String file = directory.resolve(node).resolve("app.db").toString();
        return DriverManager.getConnection("jdbc:replsqlite:" + file + settings).unwrap(ReplicaConnection.class);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute(sql);
        }
    }

    private static long rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from t")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static SQLException refused(Connection connection) {
        try {
            throw new AssertionError("read " + rows(connection) + " rows");
        } catch (SQLException expected) {
            return expected;
        }
    }

    private static Durability levelOf(ReplicaNode node) {
        return database(node).board().snapshot().visible().value() == 0 ? Durability.LOCAL : Durability.QUORUM;
    }

    @Test
    void aWriteIsAcknowledgedByTwoOfThreeAndReachesTheThirdLater() throws Exception {
        ReplicaNode a = start("a");
        ReplicaNode b = start("b");
        Position created = write(a, "create table t(x)");
        awaitApplied(b, created);
        assertThat(levelOf(a)).isEqualTo(Durability.QUORUM);
        ReplicaNode c = start("c");
        Position written = write(a, "insert into t values(1)");
        awaitApplied(b, written);
        awaitApplied(c, written);
        stop("b");
        awaitApplied(c, write(a, "insert into t values(2)"));
        for (ReplicaNode node : new ReplicaNode[] {a, c}) {
            assertThat(database(node).board().snapshot().committed().value())
                    .isGreaterThan(written.txid().value());
            assertSound(node);
        }
    }

    @Test
    void withoutAMajorityAWriteIsUnknownAndNobodyIsShownIt() throws Exception {
        ReplicaNode a = start("a");
        ReplicaNode b = start("b");
        awaitApplied(b, write(a, "create table t(x primary key)"));
        awaitApplied(b, write(a, "insert into t values(1)"));
        try (ReplicaConnection writer = connect("a", SHORT);
                ReplicaConnection reader = connect("a", SHORT)) {
            assertThat(rows(reader)).isEqualTo(1);
            stop("b");
            OutcomeUnknownException unknown = (OutcomeUnknownException) failureOf(writer, "insert into t values(2)");
            assertThat((Throwable) unknown).hasMessageContaining("commit-timeout");
            assertThat(writer.outcome(unknown.requestId()).state()).isEqualTo(WriteOutcome.State.UNKNOWN);
            assertThat(refused(reader).getSQLState()).isEqualTo("58R01");
            reader.setClientInfo("consistency", "eventual");
            assertThat(refused(reader).getSQLState()).isEqualTo("58R01");
            assertGoesToThePrimaryInstead(reader);
            reader.setClientInfo("consistency", "primary");
            assertThat(refused(reader).getSQLState()).isEqualTo("08001");
            reader.setClientInfo("consistency", "session");
            assertThat(failureOf(writer, "insert into t values(1)").getErrorCode())
                    .as("why SQLite refuses it may tell of what is not committed")
                    .isNotEqualTo(19);

            start("b");
            await(
                    "the write is committed after all",
                    () -> writer.outcome(unknown.requestId()).state() == WriteOutcome.State.COMMITTED);
            await("the reader is shown it", () -> {
                try {
                    return rows(reader) == 2;
                } catch (SQLException notYet) {
                    assertThat(notYet.getSQLState()).isEqualTo("58R01");
                    return false;
                }
            });
        }
    }

    /** Which shows it no more than the file does. */
    private static void assertGoesToThePrimaryInstead(ReplicaConnection reader) throws SQLException {
        reader.setClientInfo("onStale", "primary");
        SQLException refused = refused(reader);
        assertThat(refused.getSQLState()).isEqualTo("08001");
        assertThat(refused.getMessage()).contains("not all that the replica shows is committed");
        reader.setReadOnly(true);
        reader.setAutoCommit(false);
        assertThat(refused(reader).getSQLState()).as("a transaction there").isEqualTo("40001");
        reader.rollback();
        reader.setAutoCommit(true);
        reader.setReadOnly(false);
        reader.setClientInfo("onStale", "fail");
    }

    private static SQLException failureOf(Connection connection, String sql) {
        try {
            execute(connection, sql);
            throw new AssertionError("it did not fail: " + sql);
        } catch (SQLException expected) {
            return expected;
        }
    }

    @Test
    void aTransactionIsNotToldOfWhatIsNotCommittedAndItsCommitWaitsForTheVoters() throws Exception {
        ReplicaNode a = start("a");
        start("b");
        write(a, "create table t(x)");
        try (ReplicaConnection connection = connect("a", SHORT)) {
            connection.setAutoCommit(false);
            execute(connection, "insert into t values(1)");
            connection.commit();
            execute(connection, "insert into t values(2)");
            stop("b");
            assertThatThrownBy(connection::commit).isInstanceOf(OutcomeUnknownException.class);
            connection.rollback();
            assertThat(failureOf(connection, "select count(*) from t").getSQLState())
                    .as("the transaction would see what is not committed")
                    .isEqualTo("40001");
            connection.rollback();
            start("b");
            await("it goes on", () -> {
                try {
                    long found = rows(connection);
                    connection.commit();
                    return found == 2;
                } catch (SQLException notYet) {
                    connection.rollback();
                    return false;
                }
            });
        }
    }

    @Test
    void aNodeThatRestartsShowsNothingBeforeAMajorityHasIt() throws Exception {
        ReplicaNode a = start("a");
        ReplicaNode b = start("b");
        awaitApplied(b, write(a, "create table t(x)"));
        stop("b");
        CompletableFuture<?> pending = CompletableFuture.supplyAsync(() -> {
            try {
                return write(a, "insert into t values(1)");
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertThatThrownBy(pending::get)
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .isInstanceOf(WriteFailedException.class);
        stop("a");
        ReplicaNode again = start("a");
        try (ReplicaConnection alone = connect("a", SHORT + "&consistency=eventual")) {
            assertThat(refused(alone).getSQLState())
                    .as("what it recovered may be lost yet")
                    .isEqualTo("58R01");
            alone.setClientInfo("onStale", "stale");
            try (Statement statement = alone.createStatement();
                    ResultSet row = statement.executeQuery("select count(*) from t")) {
                assertThat(row.next()).isTrue();
                SQLWarning warning = statement.getWarnings();
                assertThat(warning.getMessage()).contains("committed");
            }
            alone.setClientInfo("onStale", "fail");
            ReplicaNode voter = start("b");
            await(
                    "a majority has it",
                    () -> database(again).board().snapshot().committed().value() >= 3);
            assertThat(rows(alone)).isEqualTo(1);
            awaitApplied(voter, write(again, "insert into t values(2)"));
        }
    }

    @Test
    void oneWriteCanAskForMoreThanItsNodeGives() throws Exception {
        String[] local = {"voters", "a,b,c", "commit-timeout", "400ms"};
        ReplicaNode a = startUnderA("a", local);
        startUnderA("b", local);
        write(a, "create table t(x)");
        assertThat(levelOf(a)).isEqualTo(Durability.LOCAL);
        try (ReplicaConnection connection = connect("a", SHORT)) {
            execute(connection, "/*+ replsqlite: durability=quorum */ insert into t values(1)");
            assertThat((Throwable) failureOf(connection, "/*+ replsqlite: durability=all */ insert into t values(2)"))
                    .isInstanceOf(OutcomeUnknownException.class);
            connection.setClientInfo("durability", "quorum");
            execute(connection, "insert into t values(3)");
            connection.setAutoCommit(false);
            execute(connection, "insert into t values(4)");
            connection.commit();
            stop("b");
            execute(connection, "insert into t values(5)");
            assertThatThrownBy(connection::commit).isInstanceOf(OutcomeUnknownException.class);
            connection.rollback();
            connection.setAutoCommit(true);
            connection.setDurability(Durability.LOCAL);
            execute(connection, "insert into t values(6)");
            assertThat(rows(connection)).isEqualTo(6);
        }
    }

    @Test
    void durabilityThatNoNodeCanGiveIsRefusedAndNothingIsExecuted() throws Exception {
        ReplicaNode a = start("a", "lease", "static");
        write(a, "create table t(x)");
        try (ReplicaConnection connection = connect("a", SHORT + "&durability=quorum")) {
            assertThat((Throwable) failureOf(connection, "insert into t values(1)"))
                    .hasMessageContaining("voters");
            connection.setAutoCommit(false);
            execute(connection, "insert into t values(2)");
            assertThatThrownBy(connection::commit).hasMessageContaining("voters");
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(rows(connection)).isZero();
        }
    }

    @Test
    void aLoneVoterIsItsOwnMajority() throws Exception {
        ReplicaNode a = start("a", "voters", "a", "durability", "quorum", "lease", "static");
        write(a, "create table t(x)");
        try (ReplicaConnection connection = connect("a", SHORT)) {
            execute(connection, "insert into t values(1)");
            assertThat(rows(connection)).isEqualTo(1);
        }
    }
}
