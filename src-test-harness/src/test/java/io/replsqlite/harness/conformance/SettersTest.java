package io.replsqlite.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every setter of a prepared statement, found by reflection, with many values: what arrives in a forwarded write and in a
 * local read is what sqlite-jdbc itself would have stored, and what it refuses is refused in its words.
 */
@Timeout(300)
class SettersTest {
    /** They set something else than a parameter. */
    private static final Set<String> NOT_OF_PARAMETERS = Set.of(
            "setPoolable",
            "setCursorName",
            "setEscapeProcessing",
            "setFetchDirection",
            "setFetchSize",
            "setLargeMaxRows",
            "setMaxFieldSize",
            "setMaxRows",
            "setQueryTimeout");

    private static final List<Method> SETTERS = Arrays.stream(PreparedStatement.class.getMethods())
            .filter(method -> method.getName().startsWith("set") && !NOT_OF_PARAMETERS.contains(method.getName()))
            .sorted(Comparator.comparing(Method::toString))
            .toList();

    private static final List<Method> DATE_SETTERS = SETTERS.stream()
            .filter(method -> method.getName().matches("setDate|setTime|setTimestamp|setObject"))
            .filter(method -> method.getParameterCount() == 2)
            .toList();

    private static final String REPLACE = "REPLACE INTO s(id, x, t, r) VALUES (1, ?1, ?1, ?1)";
    private static final String STORED = "typeof(x), quote(x), typeof(t), quote(t), typeof(r), quote(r)";

    @TempDir
    static Path directory;

    private static final long SEED = Long.getLong("conformance.seed", new Random().nextInt(1_000_000));
    private static TwoNodes nodes;
    private static String database;

    @BeforeAll
    static void start() throws Exception {
        nodes = new TwoNodes(directory);
        database = nodes.create();
        for (Connection connection : List.of(nodes.plain(database, ""), nodes.onFollower(database, ""))) {
            try (connection;
                    Statement statement = connection.createStatement()) {
                int ignored = statement.executeUpdate("CREATE TABLE s (id INTEGER PRIMARY KEY, x, t TEXT, r REAL)");
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&date_class=TEXT",
                "&date_class=REAL",
                "&date_precision=SECONDS",
                "&date_class=TEXT&date_string_format=yyyy-MM-dd",
            })
    void storeWhatSqliteJdbcWouldStore(String settings) throws Exception {
        try (Connection plain = nodes.plain(database, settings);
                Connection replicated = nodes.onFollower(database, settings)) {
            List<Method> setters = settings.isEmpty() ? SETTERS : DATE_SETTERS;
            assertSame(written(plain, setters), written(replicated, setters), "written" + settings);
            assertSame(returned(plain, setters), returned(replicated, setters), "returned" + settings);
            assertSame(read(plain, setters), read(replicated, setters), "read" + settings);
        }
    }

    /** Each call's answer, the update count, and what was stored. */
    private static List<String> written(Connection connection, List<Method> setters) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement(REPLACE);
                Statement look = connection.createStatement()) {
            eachCall(setters, insert, lines, () -> {
                int count = insert.executeUpdate();
                return count + " " + Answer.rows(look.executeQuery("SELECT " + STORED + " FROM s"));
            });
        }
        return lines;
    }

    private static List<String> returned(Connection connection, List<Method> setters) throws SQLException {
        return rowsOf(connection, REPLACE + " RETURNING " + STORED, setters);
    }

    private static List<String> read(Connection connection, List<Method> setters) throws SQLException {
        return rowsOf(connection, "SELECT typeof(?1), quote(?1), id FROM s", setters);
    }

    private static List<String> rowsOf(Connection connection, String sql, List<Method> setters) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            eachCall(setters, statement, lines, () -> rows(statement));
        }
        return lines;
    }

    private static String rows(PreparedStatement statement) throws SQLException {
        return Answer.rows(statement.executeQuery()).toString();
    }

    private interface Execution {
        String run() throws SQLException;
    }

    private static void eachCall(
            List<Method> setters, PreparedStatement statement, List<String> lines, Execution execution)
            throws SQLException {
        Random random = new Random(SEED);
        for (Method setter : setters) {
            for (Object[] arguments : SetterValues.argumentsOf(setter, random)) {
                statement.clearParameters();
                String call = setter.getName() + Arrays.toString(setter.getParameterTypes()) + " " + describe(arguments)
                        + ": " + CallResult.of(statement, setter, arguments);
                lines.add(call + " -> " + outcome(execution));
            }
        }
    }

    private static String describe(Object[] arguments) {
        Object value = arguments.length > 1 ? arguments[1] : null;
        return arguments[0] + " "
                + (value == null ? "null" : value.getClass().getSimpleName() + " " + value)
                        .replaceAll("@[0-9a-f]+|, *java.util.*", "");
    }

    private static String outcome(Execution execution) {
        try {
            return execution.run();
        } catch (SQLException | RuntimeException failure) {
            return CallResult.describe(failure);
        }
    }

    private static void assertSame(List<String> expected, List<String> found, String what) {
        List<String> differences = new ArrayList<>();
        for (int line = 0; line < Math.min(expected.size(), found.size()); line++) {
            if (!expected.get(line).equals(found.get(line))) {
                differences.add(expected.get(line) + "\n    but: " + found.get(line));
            }
        }
        assertThat(differences).as("%s; conformance.seed=%d", what, SEED).isEmpty();
        assertThat(found).as(what).hasSameSizeAs(expected).hasSizeGreaterThan(30);
    }
}
