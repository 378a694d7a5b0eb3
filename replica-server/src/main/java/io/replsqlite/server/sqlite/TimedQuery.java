package io.replsqlite.server.sqlite;

import io.replsqlite.base.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;

/** A query that somebody else has written, of which one value is wanted and the end is not known. */
public final class TimedQuery {
    /** Of SQLite's virtual machine. */
    private static final int STEPS_BETWEEN_LOOKS = 100_000;

    private TimedQuery() {}

    /**
     * The first column of the first row, null if there is none. Nobody else may use the connection meanwhile.
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
}
