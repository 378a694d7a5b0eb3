package io.replsqlite.server.rescue;

import io.replsqlite.server.rescue.TableColumns.Column;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks SQLite what a CREATE TABLE means, on a database in memory: order of columns in the record, key, generated columns.
 * A definition that does not run there (a collation of the application's) leaves the columns without names.
 */
final class ColumnReader implements AutoCloseable {
    private static final String STAND_IN = "replsqlite_table";

    private final Connection memory;
    private final Map<String, TableColumns> known = new HashMap<>();

    ColumnReader() throws SQLException {
        memory = DriverManager.getConnection("jdbc:sqlite::memory:");
    }

    TableColumns of(String table, String createSql) {
        return known.computeIfAbsent(createSql, sql -> read(table, sql));
    }

    private TableColumns read(String table, String createSql) {
        if (!createSql.regionMatches(true, 0, "CREATE TABLE", 0, 12)) {
            return TableColumns.NONE;
        }
        boolean isReserved = table.toLowerCase(Locale.ROOT).startsWith("sqlite_");
        String name = isReserved ? STAND_IN : table;
        try {
            execute(isReserved ? createSql.replaceFirst("(?i)" + table, STAND_IN) : createSql);
            try {
                return describe(name);
            } finally {
                execute("DROP TABLE " + quoted(name));
            }
        } catch (SQLException notHere) {
            return TableColumns.NONE;
        }
    }

    private TableColumns describe(String table) throws SQLException {
        Map<String, Column> stored = new HashMap<>();
        List<String> order = new ArrayList<>();
        String onlyKey = null;
        int keys = 0;
        try (PreparedStatement query = memory.prepareStatement(
                        "select name, type, pk, hidden from pragma_table_xinfo(?) order by cid");
                ResultSet rows = of(query, table)) {
            while (rows.next()) {
                String name = rows.getString(1);
                boolean isKey = rows.getInt(3) > 0;
                keys += isKey ? 1 : 0;
                onlyKey = isKey ? name : onlyKey;
                if (rows.getInt(4) != 2) { // a virtual generated column is in no record
                    order.add(name);
                    stored.put(name, new Column(name, isKey, isReal(rows.getString(2))));
                }
            }
        }
        List<String> keyIndex = keyIndexOf(table);
        boolean isWithoutRowid = isWithoutRowid(table);
        String alias = keys == 1 && keyIndex.isEmpty() && !isWithoutRowid ? onlyKey : null;
        List<String> names = isWithoutRowid ? keyIndex : order;
        return new TableColumns(
                names.stream().filter(stored::containsKey).map(stored::get).toList(), alias);
    }

    /** The columns of the index behind the primary key, all of the table's if it has no rowid; none if there is no index. */
    private List<String> keyIndexOf(String table) throws SQLException {
        return strings(
                "select x.name from pragma_index_list(?) l, pragma_index_xinfo(l.name) x"
                        + " where l.origin = 'pk' and x.name is not null order by x.seqno",
                table);
    }

    private boolean isWithoutRowid(String table) throws SQLException {
        return !strings("select name from pragma_table_list where schema = 'main' and name = ? and wr", table)
                .isEmpty();
    }

    private List<String> strings(String sql, String table) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement query = memory.prepareStatement(sql);
                ResultSet rows = of(query, table)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static ResultSet of(PreparedStatement query, String parameter) throws SQLException {
        query.setString(1, parameter);
        return query.executeQuery();
    }

    /** SQLite's rule for the affinity of a declared type, as far as REAL. */
    private static boolean isReal(@Nullable String declared) {
        String type = declared == null ? "" : declared.toUpperCase(Locale.ROOT);
        boolean isOther = type.contains("INT")
                || type.contains("CHAR")
                || type.contains("CLOB")
                || type.contains("TEXT")
                || type.contains("BLOB");
        return !isOther && (type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB"));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private void execute(String sql) throws SQLException {
        try (PreparedStatement statement = memory.prepareStatement(sql)) {
            boolean ignored = statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        memory.close();
    }
}
