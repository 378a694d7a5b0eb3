package io.replsqlite.server.execute;

import io.replsqlite.wire.ExecuteResponse.Column;
import io.replsqlite.wire.ExecuteResponse.Rows;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows into a message: SQLite's storage classes, unconverted. */
final class RowReader {
    private static final int BYTES_PER_VALUE = 9;

    private final int columns;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private long bytes;

    RowReader(int columns) {
        this.columns = columns;
    }

    /** Steps to the end even behind {@code maxRows}: a RETURNING clause writes only if it is stepped through. */
    static Rows readWhole(ResultSet result, long maxRows, ExecuteLimits limits) throws SQLException {
        List<Column> columns = columns(result.getMetaData());
        RowReader reader = new RowReader(columns.size());
        while (result.next()) {
            if (maxRows == 0 || reader.rows.size() < maxRows) {
                reader.read(result);
                reader.check(limits);
            }
        }
        return new Rows(columns, reader.rows);
    }

    List<List<@Nullable Object>> rows() {
        return rows;
    }

    /** About what the rows take on the wire. */
    long bytes() {
        return bytes;
    }

    private void check(ExecuteLimits limits) {
        if (rows.size() > limits.resultRows()) {
            throw new ResultTooLargeException("The result has more than " + limits.resultRows()
                    + " rows; the limit is the setting max-result-rows. Nothing was changed.");
        }
        if (bytes > limits.resultBytes()) {
            throw new ResultTooLargeException("The result has more than " + limits.resultBytes()
                    + " bytes; the limit is the setting max-result-bytes. Nothing was changed.");
        }
    }

    /** Adds the row at which the result stands. */
    void read(ResultSet result) throws SQLException {
        List<@Nullable Object> row = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
            row.add(value(result.getObject(column)));
        }
        rows.add(row);
    }

    private @Nullable Object value(@Nullable Object read) {
        bytes += BYTES_PER_VALUE;
        if (read instanceof Integer number) {
            return number.longValue();
        }
        if (read instanceof String text) {
            bytes += text.length();
        } else if (read instanceof byte[] blob) {
            bytes += blob.length;
        }
        return read;
    }

    static List<Column> columns(ResultSetMetaData metaData) throws SQLException {
        List<Column> columns = new ArrayList<>();
        for (int column = 1; column <= metaData.getColumnCount(); column++) {
            columns.add(new Column(
                    metaData.getColumnName(column),
                    orEmpty(metaData.getColumnTypeName(column)),
                    orEmpty(metaData.getTableName(column)),
                    metaData.getColumnType(column),
                    metaData.getPrecision(column),
                    metaData.getScale(column)));
        }
        return columns;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
