package io.replsqlite.jdbc;

import java.sql.ParameterMetaData;
import java.sql.SQLException;

/** sqlite-jdbc's own description of parameters, whose unwrap would cast whatever it is asked for. */
final class LocalParameters extends DelegatingParameterMetaData {
    private final ParameterMetaData parameters;

    LocalParameters(ParameterMetaData parameters) {
        this.parameters = parameters;
    }

    @Override
    ParameterMetaData delegate() {
        return parameters;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, parameters);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, parameters);
    }
}
