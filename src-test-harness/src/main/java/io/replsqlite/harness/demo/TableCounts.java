package io.replsqlite.harness.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The number of rows in each table, in the order in which the tables were asked for. Two are equal if all counts are. */
public record TableCounts(Map<String, Long> rowsByTable) {
    public TableCounts {
        rowsByTable = Collections.unmodifiableMap(new LinkedHashMap<>(rowsByTable));
    }

    public static TableCounts of(Connection connection, List<TableDefinition> tables) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement()) {
            for (TableDefinition table : tables) {
                try (ResultSet result = statement.executeQuery(table.countStatement())) {
                    result.next();
                    counts.put(table.name(), result.getLong(1));
                }
            }
        }
        return new TableCounts(counts);
    }

    public static TableCounts of(ChinookData data) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (TableDefinition table : data.tables()) {
            counts.put(table.name(), data.rowCount(table));
        }
        return new TableCounts(counts);
    }

    public long total() {
        return rowsByTable.values().stream().mapToLong(Long::longValue).sum();
    }
}
