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

    /** What the methods below describe may have changed at the primary. */
    private DatabaseMetaData fresh() throws SQLException {
        connection.session().freshenMetadata();
        return local;
    }

    @Override
    public ResultSet getTables(String catalog, String schema, String tableName, String[] types) throws SQLException {
        return fresh().getTables(catalog, schema, tableName, types);
    }

    @Override
    public ResultSet getColumns(String catalog, String schema, String tableName, String columnName)
            throws SQLException {
        return fresh().getColumns(catalog, schema, tableName, columnName);
    }

    @Override
    public ResultSet getPrimaryKeys(String catalog, String schema, String table) throws SQLException {
        return fresh().getPrimaryKeys(catalog, schema, table);
    }

    @Override
    public ResultSet getIndexInfo(String catalog, String schema, String table, boolean unique, boolean approximate)
            throws SQLException {
        return fresh().getIndexInfo(catalog, schema, table, unique, approximate);
    }

    @Override
    public ResultSet getImportedKeys(String catalog, String schema, String table) throws SQLException {
        return fresh().getImportedKeys(catalog, schema, table);
    }

    @Override
    public ResultSet getExportedKeys(String catalog, String schema, String table) throws SQLException {
        return fresh().getExportedKeys(catalog, schema, table);
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
