package io.replsqlite.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers from the row's own values where SQLite would not convert anything, which is what nearly all getters ask for; the
 * rest is sqlite-jdbc's to convert, on a result that shows the same row.
 */
abstract class UnconvertedResultSet extends DelegatingResultSet {
    private List<@Nullable Object> values = List.of();

    /** Read from {@link #values} last; 0 if sqlite-jdbc's result was. What {@link #wasNull} is about. */
    private int lastColumn;

    /** sqlite-jdbc's result, on the same row. */
    abstract ResultSet converting() throws SQLException;

    /** sqlite-jdbc's result, on whichever row. */
    abstract ResultSet onAnyRow();

    /** @param rowValues of the row that it stands on now; empty if it stands on none */
    final void standOn(List<@Nullable Object> rowValues) {
        values = rowValues;
        lastColumn = 0;
    }

    /** As if every column had been read there. */
    @Override
    final ResultSet delegate() throws SQLException {
        ResultSet result = converting();
        if (lastColumn > 0) {
            Object ignored = result.getObject(lastColumn);
            lastColumn = 0;
        }
        return result;
    }

    private boolean has(int column) {
        return column >= 1 && column <= values.size();
    }

    private @Nullable Object read(int column) {
        lastColumn = column;
        return values.get(column - 1);
    }

    private boolean isNumberOrNull(int column) {
        return has(column) && (values.get(column - 1) instanceof Long || values.get(column - 1) == null);
    }

    private long number(int column) {
        return read(column) instanceof Long number ? number : 0;
    }

    @Override
    public long getLong(int column) throws SQLException {
        return isNumberOrNull(column) ? number(column) : super.getLong(column);
    }

    /** SQLite takes the lower half of what is too large. */
    @Override
    public int getInt(int column) throws SQLException {
        return isNumberOrNull(column) ? (int) number(column) : super.getInt(column);
    }

    @Override
    public double getDouble(int column) throws SQLException {
        if (has(column) && values.get(column - 1) instanceof Double) {
            return read(column) instanceof Double number ? number : 0;
        }
        return isNumberOrNull(column) ? number(column) : super.getDouble(column);
    }

    @Override
    public @Nullable String getString(int column) throws SQLException {
        if (has(column) && values.get(column - 1) instanceof String text) {
            lastColumn = column;
            return text;
        }
        return has(column) && values.get(column - 1) == null ? (String) read(column) : super.getString(column);
    }

    /** A BLOB is copied by sqlite-jdbc: the caller may change what it gets. */
    @Override
    public @Nullable Object getObject(int column) throws SQLException {
        if (!has(column) || values.get(column - 1) instanceof byte[]) {
            return super.getObject(column);
        }
        Object value = read(column);
        return value instanceof Long number && number == number.intValue() ? (Object) number.intValue() : value;
    }

    @Override
    public int findColumn(String label) throws SQLException {
        try {
            return onAnyRow().findColumn(label);
        } catch (SQLException failure) {
            throw translate(failure);
        }
    }

    @Override
    public long getLong(String label) throws SQLException {
        return getLong(findColumn(label));
    }

    @Override
    public int getInt(String label) throws SQLException {
        return getInt(findColumn(label));
    }

    @Override
    public double getDouble(String label) throws SQLException {
        return getDouble(findColumn(label));
    }

    @Override
    public @Nullable String getString(String label) throws SQLException {
        return getString(findColumn(label));
    }

    @Override
    public @Nullable Object getObject(String label) throws SQLException {
        return getObject(findColumn(label));
    }

    @Override
    public boolean wasNull() throws SQLException {
        return lastColumn > 0 ? values.get(lastColumn - 1) == null : super.wasNull();
    }
}
