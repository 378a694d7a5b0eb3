package io.replsqlite.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The replica's metadata; product and driver name stay SQLite's, which eight tools look for. Questions about tables wait
 * for this connection's own changes of the schema; the others are answered at once.
 */
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

    /** What its methods describe may have changed at the primary. */
    private DatabaseMetaData ofTables() throws SQLException {
        connection.session().freshenMetadata();
        return local;
    }

    @Override
    public ResultSet getTables(
            @Nullable String catalog, @Nullable String schema, @Nullable String table, String @Nullable [] types)
            throws SQLException {
        return ofTables().getTables(catalog, schema, table, types);
    }

    @Override
    public ResultSet getColumns(
            @Nullable String catalog, @Nullable String schema, @Nullable String table, @Nullable String column)
            throws SQLException {
        return ofTables().getColumns(catalog, schema, table, column);
    }

    @Override
    public ResultSet getPrimaryKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
            throws SQLException {
        return ofTables().getPrimaryKeys(catalog, schema, table);
    }

    @Override
    public ResultSet getImportedKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
            throws SQLException {
        return ofTables().getImportedKeys(catalog, schema, table);
    }

    @Override
    public ResultSet getExportedKeys(@Nullable String catalog, @Nullable String schema, @Nullable String table)
            throws SQLException {
        return ofTables().getExportedKeys(catalog, schema, table);
    }

    @Override
    public ResultSet getCrossReference(
            @Nullable String parentCatalog,
            @Nullable String parentSchema,
            @Nullable String parentTable,
            @Nullable String foreignCatalog,
            @Nullable String foreignSchema,
            @Nullable String foreignTable)
            throws SQLException {
        return ofTables()
                .getCrossReference(
                        parentCatalog, parentSchema, parentTable, foreignCatalog, foreignSchema, foreignTable);
    }

    @Override
    public ResultSet getIndexInfo(
            @Nullable String catalog,
            @Nullable String schema,
            @Nullable String table,
            boolean unique,
            boolean approximate)
            throws SQLException {
        return ofTables().getIndexInfo(catalog, schema, table, unique, approximate);
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
