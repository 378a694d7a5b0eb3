package io.replsqlite.jdbc;

import io.replsqlite.wire.ExecuteResponse.Column;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;

/** Metadata of rows that came over the wire: what depends on tables comes with them, the rest from sqlite-jdbc. */
final class RowsMetaData extends DelegatingResultSetMetaData implements AutoCloseable {
    private final RowsResultSet rows;
    private final List<Column> columns;
    private final TypeCarrier types;

    RowsMetaData(RowsResultSet rows, List<Column> columns, TypeCarrier types) {
        this.rows = rows;
        this.columns = columns;
        this.types = types;
    }

    /** sqlite-jdbc's result is its own metadata. */
    @Override
    ResultSetMetaData delegate() {
        return (ResultSetMetaData) rows.onAnyRow();
    }

    /** @throws SQLException for a column that does not exist or a result that is over, with sqlite-jdbc's words */
    private Column column(int number) throws SQLException {
        String ignored = super.getColumnName(number);
        return columns.get(number - 1);
    }

    /** The same for what depends on the current row's values. */
    private ResultSetMetaData typed(int number) throws SQLException {
        String ignored = super.getColumnName(number);
        return types.on(rows.currentValues());
    }

    @Override
    public String getColumnTypeName(int column) throws SQLException {
        return typed(column).getColumnTypeName(column);
    }

    @Override
    public int getColumnType(int column) throws SQLException {
        return typed(column).getColumnType(column);
    }

    @Override
    public String getColumnClassName(int column) throws SQLException {
        return typed(column).getColumnClassName(column);
    }

    @Override
    public boolean isSigned(int column) throws SQLException {
        return typed(column).isSigned(column);
    }

    @Override
    public String getTableName(int column) throws SQLException {
        return column(column).table();
    }

    @Override
    public int getPrecision(int column) throws SQLException {
        return column(column).precision();
    }

    @Override
    public int getScale(int column) throws SQLException {
        return column(column).scale();
    }

    @Override
    public int isNullable(int column) throws SQLException {
        return column(column).nullable();
    }

    @Override
    public boolean isAutoIncrement(int column) throws SQLException {
        return column(column).autoIncrement();
    }

    @Override
    public void close() throws SQLException {
        types.close();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, delegate());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, delegate());
    }
}
