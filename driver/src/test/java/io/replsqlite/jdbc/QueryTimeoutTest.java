package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a query timeout means for statements that run on the replica, and for reads that wait for it. */
@Timeout(30)
class QueryTimeoutTest {
    private static final String ENDLESS =
            "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n";

    @TempDir
    Path directory;

    private FakePrimary primary;
    private Connection connection;

    @BeforeEach
    void start() throws IOException, SQLException {
        primary = new FakePrimary(directory);
        connection = DriverManager.getConnection(primary.jdbcUrl());
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        primary.close();
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void assertTimesOut(Work work) {
        long start = MonotonicClock.SYSTEM.nanoTime();
        SQLTimeoutException timeout = catchThrowableOfType(SQLTimeoutException.class, work::run);
        Duration took = Duration.ofNanos(MonotonicClock.SYSTEM.nanoTime() - start);
        assertThat(timeout.getSQLState()).isEqualTo("57014");
        assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    }

    private void assertUsable() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from t")) {
            assertThat(result.next()).isTrue();
        }
    }

    @Test
    void aLocalExecutionIsInterruptedAtItsDeadline() throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement(ENDLESS)) {
            statement.setQueryTimeout(1);
            assertTimesOut(() -> statement.executeQuery(ENDLESS));
            assertUsable();
            assertTimesOut(() -> statement.execute(ENDLESS));
            prepared.setQueryTimeout(1);
            assertTimesOut(prepared::executeQuery);
            assertUsable();
        }
        assertThat(primary.requests).as("nothing of this concerns the primary").isEmpty();
    }

    @Test
    void everyStepToAnotherRowHasTheWholeTime() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            ResultSet result = statement.executeQuery("select 1 union all select * from (" + ENDLESS + ")");
            assertThat(result.next()).isTrue();
            assertTimesOut(result::next);
            assertUsable();
        }
    }

    @Test
    void whatEndsInTimeIsNotInterruptedLater() throws SQLException {
        try (Statement hasty = connection.createStatement();
                Statement patient = connection.createStatement()) {
            hasty.setQueryTimeout(1);
            ResultSet quick = hasty.executeQuery("select 1");
            assertThat(quick.next()).isTrue();
            assertThat(quick.next()).isFalse();
            CompletableFuture<Void> running = CompletableFuture.runAsync(() -> {
                try (ResultSet ignored = patient.executeQuery(ENDLESS)) {
                    throw new IllegalStateException("an endless query has ended");
                } catch (SQLException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            });
            assertThatThrownBy(() -> running.get(1500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            patient.cancel();
            assertThatThrownBy(running::get)
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .isNotInstanceOf(SQLTimeoutException.class)
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("57014");
            assertUsable();
        }
    }

    @Test
    void theGateLeavesHalfOfTheTimeToThePrimary() throws SQLException {
        try (Connection patient = DriverManager.getConnection(primary.jdbcUrl() + "?readTimeout=20s");
                Statement statement = patient.createStatement()) {
            primary.holdsBackPublishing = true;
            statement.executeUpdate("insert into t(name) values('a')");
            statement.setQueryTimeout(2);
            long start = MonotonicClock.SYSTEM.nanoTime();
            try (ResultSet result = statement.executeQuery("select count(*) from t")) {
                assertThat(result.next()).isTrue();
            }
            assertThat(Duration.ofNanos(MonotonicClock.SYSTEM.nanoTime() - start))
                    .isBetween(Duration.ofMillis(900), Duration.ofMillis(1900));
            assertThat(primary.requests.get(1).timeoutMillis()).isBetween(1L, 1100L);
        }
    }
}
