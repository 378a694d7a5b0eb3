package io.replsqlite.harness.conformance;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Comparator;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;

/**
 * Calls everything that java.sql.ResultSet and its metadata have, found by reflection so that nothing is forgotten, and
 * writes down what each call answered: before the first row, on every row, after the last one and after close.
 */
final class ResultProbe {
    /** They move the result or belong to its owner; the walk over the rows calls next and close itself. */
    private static final Set<String> NOT_PROBED =
            Set.of("next", "close", "unwrap", "isWrapperFor", "getStatement", "getMetaData");

    private static final List<Class<?>> CLASSES = List.of(
            Object.class,
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            byte[].class,
            Date.class,
            Time.class,
            Timestamp.class,
            java.util.Date.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetDateTime.class,
            Blob.class,
            Clob.class,
            URL.class);

    private static final List<Method> METHODS = methodsOf(ResultSet.class);
    private static final List<Method> METADATA = methodsOf(ResultSetMetaData.class);

    private final ResultSet result;
    private final List<String> lines = new ArrayList<>();

    private ResultProbe(ResultSet result) {
        this.result = result;
    }

    private static List<Method> methodsOf(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !NOT_PROBED.contains(method.getName()))
                .sorted(Comparator.comparing(Method::toString))
                .toList();
    }

    /** One line per call, in one order for every result. */
    static List<String> lines(ResultSet result) throws SQLException {
        ResultProbe probe = new ResultProbe(result);
        probe.walk();
        return probe.lines;
    }

    private void walk() throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        describeMetaData("before", columns);
        describeState("before");
        int row = 0;
        while (result.next()) {
            row++;
            String where = "row " + row;
            describeState(where);
            // Before any getter: what a getter converts changes the type that sqlite-jdbc reports.
            describeMetaData(where, columns);
            for (int column = 1; column <= columns; column++) {
                describeColumn(where, column);
            }
            if (row == 1) {
                describeColumn(where, 0);
                describeColumn(where, columns + 1);
                describeChanges(where);
            }
        }
        describeState("after");
        describeMetaData("after", columns);
        lines.add("after next " + result.next());
        describeColumn("after", 1);
        result.close();
        describeClosed();
    }

    /** The words differ: sqlite-jdbc's statement is still open behind a closed result. */
    private void describeClosed() throws SQLException {
        int open = lines.size();
        describeState("closed");
        describeColumn("closed", 1);
        lines.subList(open, lines.size()).replaceAll(line -> line.replaceFirst("(Exception[^:]*):.*", "$1"));
    }

    /** All getters without an argument: where the result stands. What was NULL is asked behind each getter of a column. */
    private void describeState(String where) {
        for (Method method : METHODS) {
            boolean isState = method.getParameterCount() == 0 && !changesState(method);
            if (isState && !method.getName().equals("wasNull")) {
                line(where, result, method);
            }
        }
    }

    private static boolean changesState(Method method) {
        return method.getReturnType() == void.class || isMove(method);
    }

    private static boolean isMove(Method method) {
        return Set.of("first", "last", "previous", "absolute", "relative").contains(method.getName());
    }

    private void describeColumn(String where, int column) throws SQLException {
        boolean exists = column > 0 && column <= columnCount();
        String label = exists ? result.getMetaData().getColumnLabel(column) : "no such column";
        for (Method method : METHODS) {
            if (!method.getName().startsWith("get") || method.getParameterCount() == 0) {
                continue;
            }
            Object first = method.getParameterTypes()[0] == int.class ? (Object) column : label;
            if (method.getParameterCount() == 1) {
                lineWithNull(where, method, first);
            } else if (method.getParameterTypes()[1] == Class.class) {
                CLASSES.forEach(type -> lineWithNull(where, method, first, type));
            } else {
                lineWithNull(where, method, first, secondArgument(method.getParameterTypes()[1]));
            }
        }
    }

    private int columnCount() {
        try {
            return result.getMetaData().getColumnCount();
        } catch (SQLException closed) {
            return 0;
        }
    }

    private static Object secondArgument(Class<?> type) {
        if (type == Calendar.class) {
            return new GregorianCalendar(TimeZone.getTimeZone("Asia/Kolkata"));
        }
        return type == int.class ? (Object) 2 : Map.of();
    }

    /** What would change rows or move backwards: nothing of it is possible, each with its own words. */
    private void describeChanges(String where) {
        for (Method method : METHODS) {
            boolean isGetter =
                    method.getName().startsWith("get") || (!changesState(method) && method.getParameterCount() == 0);
            if (!isGetter) {
                Object[] arguments = Arrays.stream(method.getParameterTypes())
                        .map(ResultProbe::anyValue)
                        .toArray();
                line(where, result, method, arguments);
            }
        }
    }

    private static Object anyValue(Class<?> type) {
        if (type == int.class) {
            return 1;
        }
        if (type == String.class) {
            return "id";
        }
        if (type == boolean.class) {
            return true;
        }
        if (type.isPrimitive()) {
            return type == long.class ? (Object) 1L : type == short.class ? (Object) (short) 1 : anyNumber(type);
        }
        return null;
    }

    private static Object anyNumber(Class<?> type) {
        return type == byte.class ? (Object) (byte) 1 : type == float.class ? (Object) 1f : (Object) 1d;
    }

    private void describeMetaData(String where, int columns) throws SQLException {
        ResultSetMetaData metaData = result.getMetaData();
        for (Method method : METADATA) {
            if (method.getParameterCount() == 0) {
                line(where, metaData, method);
                continue;
            }
            for (int column = 0; column <= columns + 1; column++) {
                line(where, metaData, method, column);
            }
        }
    }

    private void lineWithNull(String where, Method method, Object... arguments) {
        line(where, result, method, arguments);
        try {
            lines.add("  null: " + result.wasNull());
        } catch (SQLException | RuntimeException failure) {
            lines.add("  null: " + CallResult.describe(failure));
        }
    }

    private void line(String where, Object target, Method method, Object... arguments) {
        String call = method.getName() + Arrays.toString(method.getParameterTypes());
        boolean hasText = arguments.length > 0 && !(arguments[0] instanceof ResultSet);
        String column = hasText ? " of " + arguments[0] + (arguments.length > 1 ? " " + name(arguments[1]) : "") : "";
        lines.add(where + " " + call + column + " = " + CallResult.of(target, method, arguments));
    }

    private static String name(Object argument) {
        return argument instanceof Class<?> type ? type.getSimpleName() : "";
    }
}
