package io.replsqlite.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** sqlite-jdbc's own metadata, whose unwrap would cast whatever it is asked for. */
final class LocalMetaData extends DelegatingResultSetMetaData {
    private final ResultSetMetaData metaData;

    LocalMetaData(ResultSetMetaData metaData) {
        this.metaData = metaData;
    }

    @Override
    ResultSetMetaData delegate() {
        return metaData;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, metaData);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, metaData);
    }
}
