package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.NodePair.Member;
import io.replsqlite.spring.KeptWithoutPrimary;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool whose primary dies and comes back: it reads on, and writes again without being made anew. */
@Timeout(120)
class HikariFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void readsOnWhileThePrimaryIsDeadAndWritesWhenItIsBack() throws Exception {
        try (NodePair nodes = new NodePair(directory, List.of())) {
            nodes.startBoth();
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl("jdbc:replsqlite:" + nodes.databaseFile(Member.FOLLOWER) + "?writeTimeout=1s");
            config.setMaximumPoolSize(1);
            config.setConnectionTestQuery("select 1");
            config.setExceptionOverrideClassName(KeptWithoutPrimary.class.getName());
            try (HikariDataSource pool = new HikariDataSource(config)) {
                write(pool, "create table note(text)");
                write(pool, "insert into note values('before')");
                assertThat(count(pool)).isEqualTo(1);

                nodes.kill(Member.PRIMARY);
                // A request that meets the death on its way may have happened; one that finds nobody has not.
                assertThat(stateOfFailedWrite(pool)).isIn("08001", "08007");
                assertThat(stateOfFailedWrite(pool)).isEqualTo("08001");
                Object physical = physical(pool);
                assertThat(stateOfFailedWrite(pool)).isEqualTo("08001");
                assertThat(count(pool)).isEqualTo(1);
                assertThat(physical(pool))
                        .as("the connection stays in the pool")
                        .isSameAs(physical);

                nodes.start(Member.PRIMARY);
                Await.until("the pool writes again", PATIENCE, () -> {
                    write(pool, "insert into note values('after')");
                    return true;
                });
                assertThat(count(pool)).isEqualTo(2);
                assertThat(physical(pool)).isSameAs(physical);
            }
        }
    }

    private static void write(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static String stateOfFailedWrite(HikariDataSource pool) {
        return catchThrowableOfType(SQLException.class, () -> write(pool, "insert into note values('nobody')"))
                .getSQLState();
    }

    private static long count(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from note")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static Object physical(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.unwrap(io.replsqlite.api.ReplicaConnection.class);
        }
    }
}
