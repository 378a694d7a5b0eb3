package io.replsqlite.jdbc;

import io.replsqlite.wire.ExecuteResponse.Column;
import io.replsqlite.wire.ExecuteResponse.Rows;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Set;

/** Metadata of rows that came over the wire: what depends on tables comes with them, the rest from sqlite-jdbc. */
final class RowsMetaData extends DelegatingResultSetMetaData {
    private static final Set<String> SIGNED = Set.of("NUMERIC", "INTEGER", "REAL");

    private final ResultSetMetaData carrier;
    private final Rows rows;

    RowsMetaData(ResultSetMetaData carrier, Rows rows) {
        this.carrier = carrier;
        this.rows = rows;
    }

    @Override
    ResultSetMetaData delegate() {
        return carrier;
    }

    /** @throws SQLException for a column that does not exist, with sqlite-jdbc's words */
    private Column column(int number) throws SQLException {
        String ignored = super.getColumnName(number);
        return rows.columns().get(number - 1);
    }

    @Override
    public String getColumnTypeName(int column) throws SQLException {
        return column(column).type();
    }

    @Override
    public int getColumnType(int column) throws SQLException {
        return column(column).jdbcType();
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
    public boolean isSigned(int column) throws SQLException {
        return SIGNED.contains(column(column).type());
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, carrier);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, carrier);
    }
}
