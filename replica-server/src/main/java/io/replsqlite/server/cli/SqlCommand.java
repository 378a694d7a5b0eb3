package io.replsqlite.server.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "sql",
        description = "Run one statement through the driver: a read on the local replica, a write on the primary.",
        sortOptions = false)
final class SqlCommand implements Callable<Integer>, JsonAware {
    @Parameters(
            index = "0",
            paramLabel = "JDBC-URL",
            description = "jdbc:replsqlite: and the path of a database file of a node on this host")
    private String url = "";

    @Parameters(index = "1", paramLabel = "SQL", description = "one statement")
    private String sql = "";

    @Option(
            names = "--json",
            description = "print one JSON value: {\"columns\":[...],\"rows\":[[...]]} or {\"updateCount\":N};"
                    + " a BLOB is {\"blob\":\"hex\"}")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (!url.startsWith("jdbc:replsqlite:")) {
            throw new CommandFailure(new ErrorReport(
                    "'" + url + "' is no URL of replsqlite",
                    "it does not begin with jdbc:replsqlite:",
                    "give one like jdbc:replsqlite:DIR/node1/app.db"));
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    print(rows, spec.commandLine().getOut());
                }
            } else {
                printCount(statement.getUpdateCount(), spec.commandLine().getOut());
            }
            return ExitCode.OK.number();
        } catch (SQLException failure) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the statement failed",
                            failure.getMessage() + " (SQLState " + failure.getSQLState() + ")",
                            "correct it, or see `status` for the node's health"),
                    failure);
        }
    }

    private void printCount(int count, PrintWriter out) {
        out.println(json ? Json.line(Map.of("updateCount", count)) : count + " rows changed");
    }

    private void print(ResultSet rows, PrintWriter out) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<String> names = new ArrayList<>();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            names.add(columns.getColumnLabel(column));
        }
        List<List<@Nullable Object>> values = new ArrayList<>();
        while (rows.next()) {
            List<@Nullable Object> row = new ArrayList<>();
            for (int column = 1; column <= names.size(); column++) {
                row.add(rows.getObject(column));
            }
            if (json) {
                values.add(row.stream().map(SqlCommand::plain).toList());
            } else {
                out.println(String.join("|", row.stream().map(SqlCommand::text).toList()));
            }
        }
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("columns", names);
            result.put("rows", values);
            out.println(Json.line(result));
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return value instanceof byte[] bytes ? Map.of("blob", HexFormat.of().formatHex(bytes)) : value;
    }

    /** As the sqlite3 shell prints it: nothing for NULL. */
    private static String text(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return "x'" + HexFormat.of().formatHex(bytes) + "'";
        }
        return value == null ? "" : value.toString();
    }
}
