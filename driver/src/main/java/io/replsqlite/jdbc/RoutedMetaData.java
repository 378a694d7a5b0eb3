package io.replsqlite.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The replica's metadata; product and driver name stay SQLite's, which eight tools look for. */
final class RoutedMetaData extends DelegatingDatabaseMetaData {
    private final RoutedConnection connection;
    private final DatabaseMetaData local;

    RoutedMetaData(RoutedConnection connection, DatabaseMetaData local) {
        this.connection = connection;
        this.local = local;
    }

    @Override
    DatabaseMetaData delegate() {
        return local;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public String getDriverVersion() throws SQLException {
        return super.getDriverVersion() + " (replsqlite)";
    }

    @Override
    public ResultSet getClientInfoProperties() throws SQLException {
        return ClientInfo.describe(connection.delegate());
    }

    @Override
    public int getDriverMajorVersion() {
        return local.getDriverMajorVersion();
    }

    @Override
    public int getDriverMinorVersion() {
        return local.getDriverMinorVersion();
    }

    @Override
    public boolean isReadOnly() {
        return connection.isReadOnly();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, local);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, local);
    }
}
