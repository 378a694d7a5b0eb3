package io.replsqlite.server.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.EmbeddedReplica;
import io.replsqlite.ReplicaDataSource;
import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.sqlite.OpenFileRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node in the application's own process, alone. */
@Timeout(60)
class EmbeddedNodeTest {
    @TempDir
    Path directory;

    private final ReplicaDataSource source = new ReplicaDataSource();

    @BeforeEach
    void configure() {
        configure(source);
    }

    private void configure(ReplicaDataSource any) {
        any.setUrl("jdbc:replsqlite:" + directory.resolve("app.db"));
        any.setNode("embedded");
        any.setConnectTimeout("20s");
    }

    @AfterEach
    void close() throws SQLException {
        source.close();
    }

    private static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    @Test
    void aloneItReadsAndWritesWithoutAnySocket() throws Exception {
        Set<String> before = ListeningSockets.ofThisProcess();
        try (Connection connection = source.getConnection()) {
            update(connection, "create table t(id integer primary key, x)");
            assertThat(update(connection, "insert into t(x) values('a'), ('b')"))
                    .isEqualTo(2);
            assertThat(number(connection, "select count(*) from t")).isEqualTo(2);
            assertThat(connection.unwrap(ReplicaConnection.class).lastRoute().place())
                    .hasToString("LOCAL");
            assertThat(number(connection, "/*+ replsqlite: consistency=primary */ select count(*) from t"))
                    .isEqualTo(2);
            assertThat(ListeningSockets.ofThisProcess()).isEqualTo(before);
        }
    }

    @Test
    void transactionsBatchesKeysAndLongResultsRunInProcess() throws Exception {
        try (Connection connection = source.getConnection()) {
            update(connection, "create table t(id integer primary key, x)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("insert into t(x) values(?)")) {
                for (int i = 0; i < 3_000; i++) {
                    insert.setInt(1, i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(3_000);
                Savepoint savepoint = connection.setSavepoint();
                update(connection, "delete from t");
                connection.rollback(savepoint);
            }
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select x from t order by id")) {
                int read = 0;
                while (rows.next()) {
                    assertThat(rows.getInt(1)).isEqualTo(read++);
                }
                assertThat(read).isEqualTo(3_000);
            }
            connection.commit();
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("insert into t(x) values('key')"))
                        .isEqualTo(1);
                assertThat(statement.getGeneratedKeys().getLong(1)).isEqualTo(3_001);
            }
            assertThatThrownBy(() -> update(connection, "insert into t(id) values(1)"))
                    .isInstanceOf(org.sqlite.SQLiteException.class)
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("23505");
        }
    }

    @Test
    void itGoesOnWhereItStoppedInALaterEpoch() throws Exception {
        long epoch;
        try (Connection connection = source.getConnection()) {
            update(connection, "create table t(x)");
            update(connection, "insert into t values(1)");
            epoch = connection.unwrap(ReplicaConnection.class).token().epoch().value();
        }
        source.close();
        try (Connection connection = source.getConnection()) {
            assertThat(number(connection, "select count(*) from t")).isEqualTo(1);
            update(connection, "insert into t values(2)");
            assertThat(connection
                            .unwrap(ReplicaConnection.class)
                            .token()
                            .epoch()
                            .value())
                    .isGreaterThan(epoch);
        }
    }

    @Test
    void oneNodeServesAllConnectionsThreadsAndDatabasesOfItsDirectory() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4, NamedThreads.of("writer"));
        try (Connection first = source.getConnection()) {
            update(first, "create table t(x)");
            List<Future<Integer>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                writers.add(threads.submit(() -> insertFifty(source)));
            }
            for (Future<Integer> writer : writers) {
                assertThat(writer.get(30, TimeUnit.SECONDS)).isEqualTo(50);
            }
            assertThat(number(first, "select count(*) from t")).isEqualTo(200);
        } finally {
            assertThat(threads.shutdownNow()).isEmpty();
        }
        ReplicaDataSource other = new ReplicaDataSource();
        configure(other);
        other.setUrl("jdbc:replsqlite:" + directory.resolve("other.db"));
        try (Connection connection = other.getConnection()) {
            update(connection, "create table o(x)");
        }
        other.close();
        try (Connection connection = source.getConnection()) {
            assertThat(update(connection, "insert into t values('still open')")).isEqualTo(1);
        }
    }

    private static int insertFifty(ReplicaDataSource source) throws SQLException {
        int inserted = 0;
        try (Connection connection = source.getConnection()) {
            for (int i = 0; i < 50; i++) {
                inserted += update(connection, "insert into t values(1)");
            }
        }
        return inserted;
    }

    @Test
    void closingWhileWritesRunLosesNothingAndEndsThemSoon() throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        CountDownLatch underWay = new CountDownLatch(200);
        ExecutorService threads = Executors.newFixedThreadPool(4, NamedThreads.of("writer"));
        try (Connection connection = source.getConnection()) {
            update(connection, "create table t(x)");
        }
        List<Future<SQLException>> ends = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            ends.add(threads.submit(() -> insertUntilRefused(acknowledged, unknown, underWay)));
        }
        assertThat(underWay.await(30, TimeUnit.SECONDS)).isTrue();
        source.close();
        for (Future<SQLException> end : ends) {
            assertThat(end.get(10, TimeUnit.SECONDS).getSQLState()).startsWith("08");
        }
        assertThat(threads.shutdownNow()).isEmpty();
        try (Connection connection = source.getConnection()) {
            assertThat(number(connection, "select count(*) from t"))
                    .isBetween((long) acknowledged.get(), (long) acknowledged.get() + unknown.get());
        }
    }

    private SQLException insertUntilRefused(AtomicInteger acknowledged, AtomicInteger unknown, CountDownLatch underWay)
            throws SQLException {
        try (Connection connection = source.getConnection()) {
            while (true) {
                update(connection, "insert into t values(1)");
                acknowledged.incrementAndGet();
                underWay.countDown();
            }
        } catch (OutcomeUnknownException lost) {
            unknown.incrementAndGet();
            return lost;
        } catch (SQLTransientConnectionException refused) {
            return refused;
        }
    }

    @Test
    void aConnectionOfAClosedNodeSaysSoAtOnce() throws Exception {
        try (Connection connection = source.getConnection()) {
            update(connection, "create table t(x)");
            source.close();
            assertThatThrownBy(() -> update(connection, "insert into t values(0)"))
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("nothing was executed")
                    .hasMessageContaining("is closed");
            try (Connection later = source.getConnection()) { // beside the old one, which still has the file open
                assertThat(update(later, "insert into t values(1)")).isEqualTo(1);
                assertThat(number(later, "select count(*) from t")).isEqualTo(1);
                connection.close();
                assertThat(update(later, "insert into t values(2)")).isEqualTo(1);
            }
        }
    }

    @Test
    void anotherProcessIsRefusedWhileThisOneServesTheDirectory() throws Exception {
        try (Connection connection = source.getConnection()) {
            update(connection, "create table t(x)");
            assertThat(seenByAnotherProcess()).startsWith("08001 ").contains("already served by another node");
            assertThat(update(connection, "insert into t values(1)")).isEqualTo(1);
        }
        source.close();
        assertThat(seenByAnotherProcess()).startsWith("opened ");
    }

    private String seenByAnotherProcess() throws Exception {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SecondProcess.class.getName(),
                        source.getUrl() + "?node=embedded&connectTimeout=20s")
                .redirectOutput(output.toFile())
                .redirectError(directory.resolve("errors.txt").toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    @Test
    void whatCannotBeAnEmbeddedNodeIsRefusedWithTheReason() throws Exception {
        assertRefused("app.sqlite", "", "name the file so");
        assertRefused("app.db", "&node.nonsense=1", "There is no setting 'nonsense'");
        assertRefused("app.db", "&node.dir=/elsewhere", "that of the database file");
        assertRefused("app.db", "&node.listen=none&node.lease=zookeeper:h:1/p", "could not reach this one");
        try (Connection connection = source.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
            assertRefused("app.db", "&node.name=another", "runs in this JVM with the settings");
        }
    }

    private void assertRefused(String file, String parameters, String why) throws SQLException {
        try (ReplicaDataSource wrong = new ReplicaDataSource()) {
            wrong.setUrl("jdbc:replsqlite:" + directory.resolve(file) + "?node=embedded" + parameters);
            SQLException refused = catchThrowableOfType(SQLException.class, wrong::getConnection);
            assertThat(refused.getMessage()).contains(why);
        }
    }

    @Test
    void aNodeStartedByTheApplicationIsSharedAndOutlivesItsDataSources() throws Exception {
        Map<String, String> settings = Map.of("name", "started");
        try (EmbeddedReplica replica = EmbeddedReplica.start(directory, settings, Duration.ofSeconds(20))) {
            assertThat(replica.name()).isEqualTo("started");
            assertThat(replica.isPrimary()).isTrue();
            for (String database : List.of("one", "two", "one")) {
                try (ReplicaDataSource shared = replica.dataSource(database);
                        Connection connection = shared.getConnection()) {
                    update(connection, "create table if not exists t(x)");
                    update(connection, "insert into t values(1)");
                }
            }
            assertThat(replica.isPrimary()).isTrue();
        }
        assertThat(OpenFileRegistry.isOpen(directory.resolve("one.db"))).isFalse();
    }

    @Test
    void aDatabaseFileThatIsThereAlreadyIsTakenOver() throws Exception {
        try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("app.db"))) {
            update(plain, "create table t(x)");
            update(plain, "insert into t values(7)");
        }
        try (Connection connection = source.getConnection()) {
            assertThat(number(connection, "select x from t")).isEqualTo(7);
            assertThat(update(connection, "insert into t values(8)")).isEqualTo(1);
        }
    }
}
