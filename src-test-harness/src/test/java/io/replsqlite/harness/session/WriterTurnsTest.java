package io.replsqlite.harness.session;

import static io.replsqlite.harness.session.OneNode.execute;
import static io.replsqlite.harness.session.OneNode.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.base.MonotonicClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Who waits for the primary's writer, and what ends the waiting: deadlines, cancellation, closing. */
class WriterTurnsTest extends OneNodeFixture {
    @Test
    void theDriverShowsLifeWhileTheApplicationThinks() throws Exception {
        connection.setAutoCommit(false);
        execute(connection, "insert into t(name) values('a')");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4500)); // longer than the silence limit
        connection.commit();
        assertThat(count(connection)).isEqualTo(1);
    }

    @Test
    void aStatementEndsAtItsTimeoutAndTheTransactionGoesOn() throws Exception {
        connection.setAutoCommit(false);
        execute(connection, "insert into t(name) values('a')");
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery(ENDLESS))
                    .isInstanceOf(SQLTimeoutException.class)
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("57014");
        }
        connection.commit();
        assertThat(count(connection)).isEqualTo(1);
    }

    @Test
    void aWriteOutsideATransactionEndsAtItsTimeoutAndHasNotHappened() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeUpdate("insert into t(name) " + ENDLESS))
                    .isInstanceOf(SQLTimeoutException.class);
            other.setAutoCommit(false);
            execute(other, "insert into t(name) values('holds the writer')");
            assertThatThrownBy(() -> statement.executeUpdate("insert into t(name) values('late')"))
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("did not run");
            other.commit();
        }
        assertThat(number(connection, "select count(*) from t where name = 'late'"))
                .isZero();
    }

    @Test
    void cancelInterruptsWhatRunsAtThePrimary() throws Exception {
        connection.setAutoCommit(false);
        execute(connection, "insert into t(name) values('a')");
        assertThat(cancelled(connection, ENDLESS).getErrorCode()).isEqualTo(9);
        assertThat(count(connection)).isEqualTo(1);
        connection.commit();
        connection.setAutoCommit(true);
        assertThat(cancelled(connection, "insert into t(name) " + ENDLESS).getSQLState())
                .isEqualTo("57014");
        try (Connection reader = node.connect("?consistency=primary")) {
            assertThat(cancelled(reader, ENDLESS).getSQLState()).isEqualTo("57014");
        }
        assertThat(count(connection)).isEqualTo(1);
    }

    @Test
    void closingAConnectionRollsBackAndFreesTheWriter() throws Exception {
        try (Connection left = node.connect("")) {
            left.setAutoCommit(false);
            execute(left, "insert into t(name) values('a')");
        }
        execute(connection, "insert into t(name) values('b')");
        assertThat(count(connection)).isEqualTo(1);
    }

    @Test
    void anAbortedConnectionLetsTheWriterGoAtOnce() throws Exception {
        Connection aborted = node.connect("");
        aborted.setAutoCommit(false);
        execute(aborted, "insert into t(name) values('a')");
        long start = MonotonicClock.SYSTEM.nanoTime();
        aborted.abort(Runnable::run);
        execute(other, "insert into t(name) values('b')");
        assertThat(MonotonicClock.SYSTEM.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(2500));
        assertThat(number(other, "select count(*) from t where name = 'a'")).isZero();
        assertThat(aborted.isClosed()).isTrue();
    }

    @Test
    void transactionsWaitForEachOtherAndBothHappen() throws Exception {
        connection.setAutoCommit(false);
        other.setAutoCommit(false);
        execute(connection, "insert into t(name) values('a')");
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
            try {
                execute(other, "insert into t(name) values('b')");
                other.commit();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        execute(connection, "insert into t(name) values('c')");
        assertThat(second).isNotDone();
        connection.commit();
        second.join();
        assertThat(count(connection)).isEqualTo(3);
    }

    @Test
    void readsAtThePrimaryDoNotWaitForTheWriterAndSeeWhatIsCommitted() throws Exception {
        connection.setAutoCommit(false);
        execute(connection, "insert into t(name) values('a')");
        try (Connection reader = node.connect("?consistency=primary")) {
            assertThat(count(reader)).isZero();
            connection.commit();
            assertThat(count(reader)).isEqualTo(1);
        }
    }

    private static SQLException cancelled(Connection on, String sql) throws SQLException {
        try (Statement statement = on.createStatement()) {
            CompletableFuture<SQLException> running = CompletableFuture.supplyAsync(
                    () -> catchThrowableOfType(SQLException.class, () -> statement.execute(sql)));
            while (!running.isDone()) {
                statement.cancel();
                LockSupport.parkNanos(20_000_000);
            }
            return running.join();
        }
    }
}
