package io.replsqlite.server.backup.restore;

import io.replsqlite.base.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;

/** Asks SQLite about a database file that nobody writes. Leaves no file beside it. */
public final class DatabaseCheck {
    /** Of SQLite's virtual machine. */
    private static final int STEPS_BETWEEN_LOOKS = 100_000;

    private DatabaseCheck() {}

    /**
     * @param integrity what {@code integrity_check} says, {@code ok} if all is well
     * @param foreignKeyViolations rows without their parent; at most 100 are counted
     */
    public record Result(List<String> integrity, int foreignKeyViolations) {
        public boolean isSound() {
            return integrity.equals(List.of("ok"));
        }
    }

    public static Result of(Path file) throws IOException {
        try (Connection connection = open(file)) {
            return new Result(
                    rows(connection, "pragma integrity_check(20)"),
                    rows(connection, "select 1 from pragma_foreign_key_check limit 100")
                            .size());
        } catch (SQLException failure) {
            throw new IOException(file + " cannot be checked: " + failure.getMessage(), failure);
        }
    }

    /** Rows of each table, by name. */
    public static Map<String, Long> rowCounts(Connection connection) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        List<String> tables = rows(
                connection,
                "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by"
                        + " name");
        for (String table : tables) {
            String quoted = '"' + table.replace("\"", "\"\"") + '"';
            counts.put(
                    table,
                    Long.parseLong(
                            rows(connection, "select count(*) from " + quoted).get(0)));
        }
        return counts;
    }

    public static Connection open(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:file:" + file.toUri().getRawPath() + "?immutable=1&mode=ro");
    }

    /**
     * The first column of the first row, null if there is none.
     *
     * @throws SQLException also if SQLite is still at it by then
     */
    public static @Nullable String firstValue(Connection connection, String sql, Deadline deadline)
            throws SQLException {
        ProgressHandler.setHandler(connection, STEPS_BETWEEN_LOOKS, new ProgressHandler() {
            @Override
            protected int progress() {
                return deadline.hasPassed() ? 1 : 0;
            }
        });
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException failure) {
            if (deadline.hasPassed()) {
                throw new SQLException("no answer in time: " + sql, failure);
            }
            throw failure;
        } finally {
            ProgressHandler.clearHandler(connection);
        }
    }

    /** The first column of a result. */
    public static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
