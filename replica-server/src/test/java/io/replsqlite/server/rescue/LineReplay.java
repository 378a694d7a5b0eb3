package io.replsqlite.server.rescue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Does by SQL to another copy what the lines say, and reads databases whole. */
final class LineReplay {
    private LineReplay() {}

    static void replay(Path database, List<JsonNode> lines) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            connection.setAutoCommit(false);
            for (JsonNode line : lines) {
                if (line.path("table").asText().equals("sqlite_schema")) {
                    replaySchema(connection, line);
                } else if (exists(connection, line.path("table").asText())) {
                    replayRow(connection, line);
                }
            }
            connection.commit();
        }
    }

    private static void replaySchema(Connection connection, JsonNode line) throws SQLException {
        boolean isTable = line.path("key").path("type").asText().equals("table");
        String name = line.path("key").path("name").asText();
        String before = line.path("before").path("sql").asText();
        String after = line.path("after").path("sql").asText();
        if (isTable && !name.startsWith("sqlite_") && !before.equals(after)) {
            execute(connection, "drop table if exists " + name);
            if (!after.isEmpty()) {
                execute(connection, after);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select 1 from sqlite_schema where name=?")) {
            query.setString(1, table);
            return query.executeQuery().next();
        }
    }

    private static void replayRow(Connection connection, JsonNode line) throws SQLException {
        Map<String, JsonNode> key = new TreeMap<>();
        if (line.has("rowid")) {
            key.put("_rowid_", line.get("rowid"));
        } else {
            fields(line.get("key"), key);
        }
        String table = line.path("table").asText();
        run(connection, "delete from " + table + " where " + String.join(" and ", each(key, " is ?")), key);
        if (!line.path("operation").asText().equals("delete")) {
            Map<String, JsonNode> row = new TreeMap<>();
            fields(line.get("after"), row);
            if (line.has("rowid") && !row.containsKey("id")) {
                row.putAll(key);
            }
            run(
                    connection,
                    "insert into " + table + "(" + String.join(",", each(row, "")) + ") values ("
                            + "?,".repeat(row.size()).replaceFirst(",$", "") + ")",
                    row);
        }
    }

    private static void fields(JsonNode object, Map<String, JsonNode> into) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            into.put(field.getKey(), field.getValue());
        }
    }

    private static List<String> each(Map<String, JsonNode> columns, String suffix) {
        return columns.keySet().stream().map(name -> name + suffix).toList();
    }

    private static void run(Connection connection, String sql, Map<String, JsonNode> values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (JsonNode value : values.values()) {
                statement.setObject(index++, plain(value));
            }
            statement.executeUpdate();
        }
    }

    private static Object plain(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isIntegralNumber()) {
            return value.asLong();
        }
        if (value.isNumber()) {
            return value.asDouble();
        }
        if (value.has("blobHex")) {
            return HexFormat.of().parseHex(value.get("blobHex").asText());
        }
        if (value.has("real")) {
            return value.get("real").asText().startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return value.asText();
    }

    /** Every table, and every row as SQL literals behind its table's name, with the rowid where there is one. */
    static List<String> everything(Path database) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            for (String table : strings(connection, "select name from sqlite_schema where type='table'")) {
                found.add(table);
                List<String> columns = strings(connection, "select name from pragma_table_xinfo('" + table + "')");
                boolean hasRowid = strings(
                                connection, "select 1 from pragma_table_list where name='" + table + "' and wr")
                        .isEmpty();
                String quoted = String.join(
                        "||','||", columns.stream().map(c -> "quote(" + c + ")").toList());
                String rowid = hasRowid && !table.startsWith("sqlite_") ? "_rowid_" : "''";
                found.addAll(strings(
                        connection, "select '" + table + " '||" + rowid + "||': '||" + quoted + " from " + table));
            }
        }
        return found;
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
