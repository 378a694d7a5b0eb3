package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary that obeys the test, and connections to the replica beside it. */
@Timeout(30)
abstract class FakePrimaryFixture {
    static final String COUNT = "select count(*) from t";

    @TempDir
    Path directory;

    FakePrimary primary;

    @BeforeEach
    void startPrimary() throws IOException, SQLException {
        primary = new FakePrimary(directory);
    }

    @AfterEach
    void stopPrimary() throws SQLException {
        primary.close();
    }

    Connection connect(String parameters) throws SQLException {
        return DriverManager.getConnection(primary.jdbcUrl() + parameters);
    }

    static long count(Connection connection) throws SQLException {
        return count(connection, COUNT);
    }

    static long count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getLong(1);
        }
    }
}
