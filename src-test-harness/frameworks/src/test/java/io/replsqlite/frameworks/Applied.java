package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.SharedNodes.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** What stands in the files of the two nodes, read by plain sqlite-jdbc. */
final class Applied {
    private static final Duration WITHIN = Duration.ofSeconds(10);

    private Applied() {}

    /** One value, equal on both nodes. */
    static void assertOnBoth(Database database, String query, Object expected) throws Exception {
        assertThat(value(database.onPrimary(), query)).as("on the primary").isEqualTo(expected);
        Await.until(
                "the follower shows " + expected, WITHIN, () -> expected.equals(value(database.onFollower(), query)));
    }

    /** Null if there is no row yet. */
    private static Object value(Path file, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(Database.plainUrl(file));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getObject(1) : null;
        }
    }
}
