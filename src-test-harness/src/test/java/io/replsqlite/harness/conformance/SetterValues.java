package io.replsqlite.harness.conformance;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.SQLType;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import java.util.UUID;

/** What to call a setter with; the same seed makes equal values, and every call gets streams of its own. */
final class SetterValues {
    private static final String TEXT = "Grüße 日本 😀";

    private SetterValues() {}

    /** Each with a parameter that exists; and one with each that does not. */
    static List<Object[]> argumentsOf(Method setter, Random random) {
        Class<?>[] types = setter.getParameterTypes();
        List<Object[]> calls = new ArrayList<>();
        List<?> values = types.length > 1 ? valuesOf(types[1], random) : List.of();
        for (Object value : values) {
            calls.add(call(types, 1, value));
        }
        Object any = values.isEmpty() ? null : valuesOf(types[1], random).get(values.size() - 1);
        calls.add(call(types, 0, any));
        return calls;
    }

    private static Object[] call(Class<?>[] types, int index, Object value) {
        Object[] arguments = new Object[types.length];
        arguments[0] = index;
        for (int at = 1; at < types.length; at++) {
            arguments[at] = at == 1 ? value : furtherArgument(types[at]);
        }
        return arguments;
    }

    private static Object furtherArgument(Class<?> type) {
        if (type == int.class) {
            return Types.INTEGER;
        }
        if (type == long.class) {
            return 4L;
        }
        if (type == Calendar.class) {
            return new GregorianCalendar(TimeZone.getTimeZone("Asia/Kolkata"));
        }
        return type == SQLType.class ? JDBCType.VARCHAR : type == String.class ? "NAME" : null;
    }

    private static List<?> valuesOf(Class<?> type, Random random) {
        if (type == Object.class) {
            return objects(random);
        }
        if (type.isPrimitive()) {
            return primitives(type, random);
        }
        if (type == byte[].class) {
            return Arrays.asList(null, new byte[0], new byte[] {0, 1, (byte) 0xff});
        }
        if (type == InputStream.class) {
            return Arrays.asList(null, new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)));
        }
        if (type == Reader.class) {
            return Arrays.asList(null, new StringReader(TEXT));
        }
        List<Object> fitting = new ArrayList<>();
        fitting.add(null);
        objects(random).stream().filter(type::isInstance).forEach(fitting::add);
        return fitting;
    }

    private static List<?> primitives(Class<?> type, Random random) {
        if (type == boolean.class) {
            return List.of(true, false);
        }
        if (type == byte.class) {
            return List.of(Byte.MIN_VALUE, (byte) 0, (byte) random.nextInt());
        }
        if (type == short.class) {
            return List.of(Short.MIN_VALUE, (short) random.nextInt());
        }
        if (type == int.class) {
            return List.of(Integer.MIN_VALUE, 0, Types.VARCHAR, random.nextInt());
        }
        if (type == long.class) {
            return List.of(Long.MIN_VALUE, Long.MAX_VALUE, 9007199254740993L, random.nextLong());
        }
        if (type == float.class) {
            return List.of(0.1f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, random.nextFloat());
        }
        return List.of(-0.0, 1.0, 1e300, Double.NaN, Double.NEGATIVE_INFINITY, 4.9e-324, random.nextGaussian());
    }

    private static List<Object> objects(Random random) {
        long millis = 1_709_212_455_678L + random.nextInt();
        LocalDateTime moment = LocalDateTime.of(2024, 2, 29, 13, 14, 15, 123_456_789);
        List<Object> objects = new ArrayList<>(Arrays.asList(
                null,
                "",
                TEXT,
                "a\0b",
                "it's",
                "12.50",
                'c',
                true,
                (byte) -7,
                (short) 300,
                70000,
                1L << 40,
                0.1f,
                2.5,
                Double.NaN,
                new BigDecimal("12345678901234567890.12345"),
                new BigInteger("123456789012345678901"),
                new byte[] {1, 0, (byte) 0x80},
                new Date(millis),
                new Time(millis),
                new Timestamp(millis),
                new java.util.Date(millis),
                new GregorianCalendar(2024, Calendar.MARCH, 1),
                moment,
                LocalDate.of(2024, 2, 29),
                LocalTime.of(1, 2, 3),
                OffsetDateTime.of(moment, ZoneOffset.ofHours(2)),
                Instant.ofEpochMilli(millis),
                new UUID(1, 2),
                Thread.State.NEW,
                new StringBuilder("built")));
        objects.add(random.nextInt());
        objects.add(random.nextLong());
        objects.add(random.nextGaussian());
        return objects;
    }
}
