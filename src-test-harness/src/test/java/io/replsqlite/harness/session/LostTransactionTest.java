package io.replsqlite.harness.session;

import static io.replsqlite.harness.session.OneNode.execute;
import static io.replsqlite.harness.session.OneNode.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an application sees when the primary dies in the middle of its transaction. */
@Timeout(90)
class LostTransactionTest {
    @TempDir
    Path directory;

    private NodeProcess node;
    private int port;
    private String writeTimeout = "10s";

    private void start(Map<String, String> environment) throws Exception {
        port = port == 0 ? FreePorts.find(1).iterator().next() : port;
        node = NodeProcess.start(directory, List.of("--listen", "127.0.0.1:" + port), environment);
        node.awaitReady(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:replsqlite:" + directory.resolve("app.db")
                + "?consistency=eventual&writeTimeout=" + writeTimeout);
    }

    @Test
    void everyStatementFailsUntilRollbackAndThenANewPrimaryServes() throws Exception {
        start(Map.of());
        try (Connection connection = connect()) {
            execute(connection, "create table t(x)");
            connection.setAutoCommit(false);
            execute(connection, "insert into t values(1)");
            node.kill();
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(() -> execute(connection, "insert into t values(2)"))
                        .isInstanceOf(SQLTransactionRollbackException.class)
                        .extracting(failure -> ((SQLException) failure).getSQLState())
                        .isEqualTo("40001");
            }
            assertThatThrownBy(connection::commit).isInstanceOf(SQLTransactionRollbackException.class);
            assertThatThrownBy(connection::setSavepoint).isInstanceOf(SQLTransactionRollbackException.class);
            assertThatCode(connection::rollback).doesNotThrowAnyException();

            start(Map.of());
            execute(connection, "insert into t values(3)");
            connection.commit();
            assertThat(number(connection, "select sum(x) from t")).isEqualTo(3);
            node.kill();
            assertThatCode(connection::rollback).doesNotThrowAnyException();
        }
    }

    @Test
    void aCommitWhoseNodeDiesBeforeItsAnswerIsOfUnknownOutcome() throws Exception {
        start(Map.of(FailurePoint.ENVIRONMENT, FailurePoint.LOG_SYNCED + "=halt@12"));
        long committed = 0;
        try (Connection connection = connect()) {
            execute(connection, "create table t(x)");
            connection.setAutoCommit(false);
            OutcomeUnknownException unknown = null;
            while (unknown == null) {
                assertThat(committed).as("commits with one sync each").isLessThan(12);
                execute(connection, "insert into t values(" + committed + ")");
                unknown = commit(connection);
                committed += unknown == null ? 1 : 0;
            }
            assertThat(unknown.getSQLState()).isEqualTo("08007");
            assertThat(unknown.requestId()).hasSize(32);
            assertThatThrownBy(() -> execute(connection, "insert into t values(2)"))
                    .isInstanceOf(SQLTransactionRollbackException.class);
            assertThatCode(connection::rollback).doesNotThrowAnyException();
        }
        assertThat(node.awaitExit(Duration.ofSeconds(10))).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        start(Map.of());
        try (Connection connection = connect()) {
            assertThat(number(connection, "select count(*) from t")).isEqualTo(committed + 1);
        }
    }

    @Test
    void aCommitWhoseNodeComesBackInTimeIsFoundCommitted() throws Exception {
        writeTimeout = "30s";
        start(Map.of(FailurePoint.ENVIRONMENT, FailurePoint.LOG_SYNCED + "=halt@12"));
        NodeProcess dying = node;
        CompletableFuture<NodeProcess> restarted = dying.whenEnded().thenApply(ignored -> startAgain());
        long committed = 0;
        try (Connection connection = connect()) {
            execute(connection, "create table t(x)");
            connection.setAutoCommit(false);
            while (dying.isAlive()) {
                assertThat(committed).as("commits with one sync each").isLessThan(12);
                execute(connection, "insert into t values(" + committed + ")");
                connection.commit();
                committed++;
            }
            node = restarted.get(30, TimeUnit.SECONDS);
            execute(connection, "insert into t values(" + committed + ")");
            connection.commit();
            assertThat(number(connection, "select count(*) from t")).isEqualTo(committed + 1);
        }
    }

    private NodeProcess startAgain() {
        try {
            return NodeProcess.start(directory, List.of("--listen", "127.0.0.1:" + port), Map.of());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** @return null if it was committed */
    private static OutcomeUnknownException commit(Connection connection) throws SQLException {
        try {
            connection.commit();
            return null;
        } catch (OutcomeUnknownException unknown) {
            return unknown;
        }
    }
}
