package io.replsqlite.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TimedQueryTest {
    private static final String ENDLESS =
            "with recursive c(n) as (values(1) union all select n + 1 from c) select %s from c";

    private static String ask(Connection connection, String sql, Duration within) throws SQLException {
        return TimedQuery.firstValue(connection, sql, Deadline.after(within, MonotonicClock.SYSTEM));
    }

    @Test
    void aQueryIsReadToItsFirstRowAndEndedWhenTimeIsUp() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            assertThat(ask(connection, String.format(ENDLESS, "n"), Duration.ofSeconds(20)))
                    .isEqualTo("1");
            assertThatThrownBy(() -> ask(connection, String.format(ENDLESS, "count(n)"), Duration.ofMillis(50)))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no answer in time");
            assertThat(ask(connection, "select 1 where 0", Duration.ofSeconds(20)))
                    .as("the connection works on")
                    .isNull();
        }
    }
}
