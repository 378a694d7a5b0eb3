package io.replsqlite.jdbc;

import io.replsqlite.wire.ExecuteResponse.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks sqlite-jdbc itself for the type of a column: it depends on the declared type and on the value in the current row. A
 * column's declared type cannot be bound, but sqlite-jdbc also reads it from a column's name of the form
 * {@code cast(x as TYPE)}. Prepared at the first question; most results are never asked.
 */
final class TypeCarrier implements AutoCloseable {
    private final Connection scratch;
    private final String sql;
    private @Nullable PreparedStatement statement;
    private @Nullable ResultSetMetaData answer;
    private @Nullable List<@Nullable Object> bound;

    TypeCarrier(Connection scratch, List<Column> columns, boolean isEmpty) {
        this.scratch = scratch;
        List<String> names = columns.stream()
                .map(column -> column.type().isEmpty() ? column.name() : "cast(x as " + column.type() + ")")
                .toList();
        this.sql = RowsResultSet.carrierSql(names, isEmpty);
    }

    /** What sqlite-jdbc says of a row with these values. */
    ResultSetMetaData on(List<@Nullable Object> values) throws SQLException {
        ResultSetMetaData known = answer;
        if (known == null || bound != values) {
            known = ask(values).getMetaData();
            answer = known;
            bound = values;
        }
        return known;
    }

    private ResultSet ask(List<@Nullable Object> values) throws SQLException {
        PreparedStatement asked = statement != null ? statement : scratch.prepareStatement(sql);
        statement = asked;
        for (int index = 0; index < values.size(); index++) {
            asked.setObject(index + 1, values.get(index));
        }
        return asked.executeQuery();
    }

    @Override
    public void close() throws SQLException {
        if (statement != null) {
            statement.close();
        }
    }
}
