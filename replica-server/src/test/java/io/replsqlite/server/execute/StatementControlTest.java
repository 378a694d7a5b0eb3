package io.replsqlite.server.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementControl.Stopped;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StatementControlTest {
    private final StatementControl control = new StatementControl();
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private long count(long upTo) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("with recursive n(i) as (select 1 union all select i+1 from n"
                        + " where i<" + upTo + ") select count(*) from n")) {
            return row.getLong(1);
        }
    }

    @Test
    void whatIsStoppedBeforeItBeginsNeverBegins() throws SQLException {
        assertThat(control.stop(Reason.TIMED_OUT)).isEqualTo(Stopped.BEFORE_START);
        assertThat(control.begin(connection)).isFalse();
        assertThat(control.reason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void whatRunsIsInterrupted() throws SQLException {
        assertThat(control.begin(connection)).isTrue();
        CompletableFuture<Void> stopper = CompletableFuture.runAsync(() -> {
            LockSupport.parkNanos(50_000_000);
            assertThat(control.stop(Reason.CANCELLED)).isEqualTo(Stopped.RUNNING);
        });
        assertThatThrownBy(() -> count(Long.MAX_VALUE)).hasMessageContaining("SQLITE_INTERRUPT");
        control.end();
        stopper.join();
        assertThat(control.reason()).isEqualTo(Reason.CANCELLED);
    }

    @Test
    void whatFollowsIsLeftAlone() throws SQLException {
        assertThat(control.begin(connection)).isTrue();
        control.end();
        assertThat(control.stop(Reason.CANCELLED)).isEqualTo(Stopped.TOO_LATE);
        assertThat(control.reason()).isNull();
        assertThat(count(1000)).isEqualTo(1000);
        assertThat(control.begin(connection))
                .as("run again after its group was undone")
                .isTrue();
    }
}
