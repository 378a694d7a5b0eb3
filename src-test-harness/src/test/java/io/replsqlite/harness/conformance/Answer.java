package io.replsqlite.harness.conformance;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What one statement answered: its rows in order, or its update count, or its error.
 *
 * @param what comparable with what another connection answered
 * @param route where it ran; nothing for a plain connection
 */
record Answer(Object what, LastRoute route) {
    /** What a program can see of an exception, without the SQLState that only this driver adds. */
    record Failure(String message, int vendorCode) {}

    /** @param prepared by a prepared statement, whose update count is another one */
    static Answer of(Connection connection, TestScript.Entry entry, boolean prepared) throws SQLException {
        return prepared ? ofPrepared(connection, entry) : ofPlain(connection, entry);
    }

    private static Answer ofPlain(Connection connection, TestScript.Entry entry) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return run(
                    statement,
                    () -> entry.isQuery()
                            ? rows(statement.executeQuery(entry.sql()))
                            : statement.executeUpdate(entry.sql()));
        }
    }

    private static Answer ofPrepared(Connection connection, TestScript.Entry entry) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(entry.sql())) {
            return run(statement, () -> entry.isQuery() ? rows(statement.executeQuery()) : statement.executeUpdate());
        } catch (SQLException doesNotCompile) {
            return new Answer(failure(doesNotCompile), LastRoute.NONE);
        }
    }

    private interface Execution {
        Object run() throws SQLException;
    }

    private static Answer run(Statement statement, Execution execution) throws SQLException {
        Object what;
        try {
            what = execution.run();
        } catch (SQLException failure) {
            what = failure(failure);
        }
        return new Answer(what, statement instanceof ReplicaStatement replica ? replica.lastRoute() : LastRoute.NONE);
    }

    private static Failure failure(SQLException failure) {
        return new Failure(failure.getMessage(), failure.getErrorCode());
    }

    static List<List<Object>> rows(ResultSet result) throws SQLException {
        try (result) {
            int columns = result.getMetaData().getColumnCount();
            List<List<Object>> rows = new ArrayList<>();
            while (result.next()) {
                List<Object> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getObject(column));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    boolean failed() {
        return what instanceof Failure;
    }
}
