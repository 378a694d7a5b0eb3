package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.wire.ExecuteResponse;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows from the wire beside the same rows from sqlite-jdbc: every getter, every metadata question. */
class RowsResultSetTest {
    private static Object randomValue(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> null;
            case 1 -> random.nextLong();
            case 2 -> random.nextInt(10);
            case 3 -> random.nextGaussian() * 1e10;
            case 4 -> Double.POSITIVE_INFINITY;
            case 5 -> "2024-05-06 07:08:09.123";
            case 6 -> "text " + random.nextInt();
            case 7 -> String.valueOf(random.nextInt(1000));
            case 8 -> 1_700_000_000_000L + random.nextInt();
            default -> {
                byte[] blob = new byte[random.nextInt(20)];
                random.nextBytes(blob);
                yield blob;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?date_class=text", "?date_precision=seconds"})
    void answersEveryGetterAsSqliteJdbc(String settings) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:" + settings);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table t(a integer, b varchar(10), c decimal(10,2), d, e timestamp)");
            try (PreparedStatement insert = connection.prepareStatement("insert into t values(?,?,?,?,?)")) {
                for (int row = 0; row < 60; row++) {
                    for (int column = 1; column <= 5; column++) {
                        insert.setObject(column, randomValue(random));
                    }
                    insert.executeUpdate();
                }
            }
            String sql = "select a, b, c, d, e, a + 1, b as \"we\"\"ird\" from t";
            ExecuteResponse.Rows rows =
                    FakePrimary.rows(connection.createStatement().executeQuery(sql));
            ResultSet expected = statement.executeQuery(sql);
            ResultSet actual = new RowsResultSet(statement, connection, rows);
            assertSame(metaData(expected.getMetaData()), metaData(actual.getMetaData()), "seed " + seed + " metadata");
            for (int row = 0; row < 61; row++) {
                String where = "seed " + seed + " row " + row;
                assertSame(state(expected), state(actual), where);
                boolean more = expected.next();
                assertThat(actual.next()).as(where).isEqualTo(more);
                for (int column = 0; more && column <= 8; column++) {
                    assertSame(getters(expected, column), getters(actual, column), where + " column " + column);
                }
            }
            assertSame(state(expected), state(actual), "seed " + seed + " end");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1 as a, 'x' as b limit 0"})
    void behavesAsAnEmptyResultWithoutRows(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = connection.createStatement()) {
            ExecuteResponse.Rows rows =
                    FakePrimary.rows(connection.createStatement().executeQuery(sql));
            ResultSet expected = statement.executeQuery(sql);
            ResultSet actual = new RowsResultSet(statement, connection, rows);
            assertSame(state(expected), state(actual), "before");
            assertThat(actual.next()).isEqualTo(expected.next()).isFalse();
        }
    }

    private static List<String> state(ResultSet result) throws Exception {
        List<String> answers = new ArrayList<>();
        for (String name : new String[] {
            "isBeforeFirst",
            "isFirst",
            "isAfterLast",
            "getRow",
            "isClosed",
            "getType",
            "getConcurrency",
            "getFetchDirection"
        }) {
            answers.add(name + "=" + answer(result, ResultSet.class.getMethod(name)));
        }
        return answers;
    }

    private static List<String> getters(ResultSet result, int column) throws Exception {
        List<String> answers = new ArrayList<>();
        for (Method method : ResultSet.class.getMethods()) {
            boolean byIndex = method.getName().startsWith("get")
                    && Arrays.equals(method.getParameterTypes(), new Class<?>[] {int.class});
            if (byIndex) {
                answers.add(method.getName() + "=" + answer(result, method, column));
                answers.add("wasNull=" + answer(result, ResultSet.class.getMethod("wasNull")));
            }
        }
        for (Class<?> type : new Class<?>[] {
            java.time.LocalDate.class,
            java.time.LocalDateTime.class,
            java.math.BigDecimal.class,
            String.class,
            Long.class,
            Double.class,
            byte[].class,
            java.sql.Timestamp.class,
            Boolean.class
        }) {
            answers.add(type + "="
                    + answer(result, ResultSet.class.getMethod("getObject", int.class, Class.class), column, type));
        }
        answers.sort(null);
        return answers;
    }

    private static List<String> metaData(ResultSetMetaData metaData) throws Exception {
        List<String> answers = new ArrayList<>();
        answers.add("count " + metaData.getColumnCount());
        for (Method method : ResultSetMetaData.class.getMethods()) {
            // What only a real table column has does not travel.
            boolean travels =
                    !method.getName().equals("isNullable") && !method.getName().equals("isAutoIncrement");
            if (method.getParameterCount() == 1 && method.getParameterTypes()[0] == int.class && travels) {
                for (int column = 0; column <= 8; column++) {
                    answers.add(method.getName() + column + "=" + answer(metaData, method, column));
                }
            }
        }
        answers.sort(null);
        return answers;
    }

    private static String answer(Object target, Method method, Object... arguments) throws Exception {
        try {
            return text(method.invoke(target, arguments));
        } catch (InvocationTargetException e) {
            return e.getCause() instanceof SQLException sql
                    ? sql.getClass() + ": " + sql.getMessage()
                    : "thrown " + e.getCause().getClass();
        }
    }

    private static String text(Object value) throws Exception {
        if (value instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        if (value instanceof InputStream stream) {
            return Arrays.toString(stream.readAllBytes());
        }
        if (value instanceof Reader reader) {
            char[] read = new char[100];
            return new String(read, 0, Math.max(0, reader.read(read)));
        }
        if (value instanceof java.sql.Blob blob) {
            return "blob " + Arrays.toString(blob.getBytes(1, (int) blob.length()));
        }
        if (value instanceof java.sql.Clob clob) {
            return "clob " + clob.length();
        }
        return String.valueOf(value) + (value == null ? "" : " " + value.getClass());
    }

    private static void assertSame(List<String> expected, List<String> actual, String where) {
        assertThat(actual).as(where).isEqualTo(expected);
    }
}
