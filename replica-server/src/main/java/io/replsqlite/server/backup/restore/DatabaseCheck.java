package io.replsqlite.server.backup.restore;

import io.replsqlite.server.sqlite.StatementQuestion;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Asks SQLite about a database file that nobody writes. Leaves no file beside it. */
public final class DatabaseCheck {
    /** Holds the inner pages and most indexes: rows are looked up in an index in another order than the index has. */
    private static final String CACHE = "pragma cache_size = -32768"; // KiB

    private DatabaseCheck() {}

    /**
     * @param integrity what {@code integrity_check} says, {@code ok} if all is well
     * @param foreignKeyViolations rows without their parent; at most 100 are counted
     */
    public record Result(List<String> integrity, int foreignKeyViolations) {
        public boolean isSound() {
            return integrity.equals(List.of("ok"));
        }
    }

    /** @param wanted asked all the while; what it throws ends the check */
    static Result of(Path file, StillWanted wanted) throws IOException {
        Asking asking = new Asking(wanted);
        try (Connection connection = open(file)) {
            StatementQuestion.ask(connection, asking);
            enlargeCache(connection);
            Result result = new Result(
                    rows(connection, "pragma integrity_check(20)"),
                    rows(connection, "select 1 from pragma_foreign_key_check limit 100")
                            .size());
            asking.requireWanted();
            return result;
        } catch (SQLException failure) {
            asking.requireWanted();
            throw new IOException(file + " cannot be checked: " + failure.getMessage(), failure);
        }
    }

    private static void enlargeCache(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute(CACHE);
        }
    }

    /** Keeps what ended the check: SQLite knows only that it was interrupted. */
    private static final class Asking implements BooleanSupplier {
        private final StillWanted wanted;
        private @Nullable IOException givenUp;

        Asking(StillWanted wanted) {
            this.wanted = wanted;
        }

        @Override
        public boolean getAsBoolean() {
            try {
                wanted.require();
                return false;
            } catch (IOException end) {
                givenUp = end;
                return true;
            }
        }

        void requireWanted() throws IOException {
            if (givenUp != null) {
                throw givenUp;
            }
        }
    }

    /** Rows of each table, by name. */
    public static Map<String, Long> rowCounts(Connection connection) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        List<String> tables = rows(
                connection,
                "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by"
                        + " name");
        for (String table : tables) {
            String quoted = '"' + table.replace("\"", "\"\"") + '"';
            counts.put(
                    table,
                    Long.parseLong(
                            rows(connection, "select count(*) from " + quoted).get(0)));
        }
        return counts;
    }

    public static Connection open(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:file:" + file.toUri().getRawPath() + "?immutable=1&mode=ro");
    }

    /** The first column of a result. */
    public static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
