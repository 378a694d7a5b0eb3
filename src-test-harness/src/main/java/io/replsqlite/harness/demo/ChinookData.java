package io.replsqlite.harness.demo;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.hydromatic.chinook.data.hsqldb.ChinookHsqldb;
import org.jspecify.annotations.Nullable;

/**
 * The Chinook data set, read from the HSQLDB database inside its jar. Definitions come from the JDBC metadata, so that
 * nothing is copied by hand; values come as what SQLite stores: {@code Long}, {@code Double}, {@code String} or null.
 *
 * <p>For one thread; others may open their own. Close it: the HSQLDB stays in memory until then.
 */
public final class ChinookData implements AutoCloseable {
    /** The HSQLDB leaves the memory when its last connection in this process closes. */
    private static final String URL = ChinookHsqldb.URI + ";shutdown=true";

    private final Connection source;
    private final List<TableDefinition> tables;

    private ChinookData(Connection source) throws SQLException {
        this.source = source;
        this.tables = ForeignKeyOrder.of(readDefinitions(source.getMetaData()));
    }

    /** What receives rows. The array belongs to the receiver. */
    @FunctionalInterface
    public interface RowSink {
        void accept(@Nullable Object[] row) throws SQLException;
    }

    public static ChinookData open() throws SQLException {
        Connection source = DriverManager.getConnection(URL, ChinookHsqldb.USER, ChinookHsqldb.PASSWORD);
        try {
            return new ChinookData(source);
        } catch (SQLException | RuntimeException e) {
            try (source) {
                throw e;
            }
        }
    }

    /** All tables, each after those that its foreign keys refer to. */
    public List<TableDefinition> tables() {
        return tables;
    }

    public long rowCount(TableDefinition table) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM " + qualified(table.name()))) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Hands over every row in primary-key order, in which a row that refers to its own table follows its target. */
    public void readRows(TableDefinition table, RowSink sink) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet result = statement.executeQuery(selectAll(table))) {
            while (result.next()) {
                @Nullable Object[] row = new Object[table.columns().size()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = sqliteValue(result.getObject(i + 1));
                }
                sink.accept(row);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        source.close();
    }

    private static String selectAll(TableDefinition table) {
        List<String> columns = table.columns().stream()
                .map(column -> TableDefinition.quoted(column.name()))
                .toList();
        List<String> key =
                table.primaryKey().stream().map(TableDefinition::quoted).toList();
        return "SELECT " + String.join(", ", columns) + " FROM " + qualified(table.name()) + " ORDER BY "
                + String.join(", ", key);
    }

    private static String qualified(String table) {
        return TableDefinition.quoted(ChinookHsqldb.SCHEMA) + "." + TableDefinition.quoted(table);
    }

    private static List<TableDefinition> readDefinitions(DatabaseMetaData metaData) throws SQLException {
        List<TableDefinition> definitions = new ArrayList<>();
        try (ResultSet result = metaData.getTables(null, ChinookHsqldb.SCHEMA, "%", new String[] {"TABLE"})) {
            while (result.next()) {
                definitions.add(readDefinition(metaData, result.getString("TABLE_NAME")));
            }
        }
        return definitions;
    }

    private static TableDefinition readDefinition(DatabaseMetaData metaData, String table) throws SQLException {
        return new TableDefinition(
                table, readColumns(metaData, table), readPrimaryKey(metaData, table), readForeignKeys(metaData, table));
    }

    private static List<TableDefinition.Column> readColumns(DatabaseMetaData metaData, String table)
            throws SQLException {
        List<TableDefinition.Column> columns = new ArrayList<>();
        try (ResultSet result = metaData.getColumns(null, ChinookHsqldb.SCHEMA, table, "%")) {
            while (result.next()) {
                columns.add(new TableDefinition.Column(
                        result.getString("COLUMN_NAME"),
                        sqliteType(result.getInt("DATA_TYPE")),
                        result.getInt("NULLABLE") == DatabaseMetaData.columnNullable));
            }
        }
        return columns;
    }

    private static List<String> readPrimaryKey(DatabaseMetaData metaData, String table) throws SQLException {
        Map<Integer, String> bySequence = new TreeMap<>();
        try (ResultSet result = metaData.getPrimaryKeys(null, ChinookHsqldb.SCHEMA, table)) {
            while (result.next()) {
                bySequence.put(result.getInt("KEY_SEQ"), result.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(bySequence.values());
    }

    private static List<TableDefinition.ForeignKey> readForeignKeys(DatabaseMetaData metaData, String table)
            throws SQLException {
        List<TableDefinition.ForeignKey> keys = new ArrayList<>();
        try (ResultSet result = metaData.getImportedKeys(null, ChinookHsqldb.SCHEMA, table)) {
            while (result.next()) {
                if (result.getInt("KEY_SEQ") != 1) {
                    throw new SQLException("table " + table + " has a foreign key of several columns");
                }
                keys.add(new TableDefinition.ForeignKey(
                        result.getString("FKCOLUMN_NAME"),
                        result.getString("PKTABLE_NAME"),
                        result.getString("PKCOLUMN_NAME")));
            }
        }
        return keys;
    }

    private static String sqliteType(int jdbcType) throws SQLException {
        return switch (jdbcType) {
            case Types.INTEGER, Types.BIGINT, Types.SMALLINT -> "INTEGER";
            case Types.VARCHAR, Types.CHAR, Types.DATE -> "TEXT";
            case Types.DECIMAL, Types.NUMERIC -> "NUMERIC";
            default -> throw new SQLException("no SQLite type is known for JDBC type " + jdbcType);
        };
    }

    /** Dates become ISO-8601 text, which SQLite's date functions read and which sorts as time does. */
    private static @Nullable Object sqliteValue(@Nullable Object value) throws SQLException {
        if (value == null || value instanceof String || value instanceof Long) {
            return value;
        }
        if (value instanceof Integer number) {
            return number.longValue();
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.doubleValue();
        }
        if (value instanceof Date date) {
            return date.toLocalDate().toString();
        }
        throw new SQLException(
                "no SQLite value is known for " + value.getClass().getName());
    }
}
