package io.replsqlite.harness.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Date;
import java.util.HexFormat;

/** What a call answered, as text that can be compared: the value and its class, or the exception and its message. */
final class CallResult {
    private CallResult() {}

    static String of(Object target, Method method, Object... arguments) {
        try {
            return describe(method.invoke(target, arguments));
        } catch (InvocationTargetException thrown) {
            return describe(thrown.getCause());
        } catch (ReflectiveOperationException | SQLException | IOException | RuntimeException failure) {
            throw new AssertionError(method + " could not be called", failure);
        }
    }

    /** A class that only adds a SQLState counts as the one that it extends. */
    static String describe(Throwable thrown) {
        Class<?> type = thrown.getClass();
        String name = type.getName().endsWith("StatedSqliteException")
                ? type.getSuperclass().getName()
                : type.getName();
        String code = thrown instanceof SQLException sql ? " (" + sql.getErrorCode() + ")" : "";
        return isMadeByTheJvm(thrown) ? name : name + code + ": " + thrown.getMessage();
    }

    /** The JVM leaves their messages out once the code that throws them is compiled. */
    private static boolean isMadeByTheJvm(Throwable thrown) {
        return thrown instanceof ArrayIndexOutOfBoundsException
                || thrown instanceof NullPointerException
                || thrown instanceof ClassCastException
                || thrown instanceof ArithmeticException;
    }

    private static String describe(Object value) throws SQLException, IOException {
        if (value == null) {
            return "null";
        }
        if (value instanceof byte[] bytes) {
            return "bytes:" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof InputStream stream) {
            return "stream:" + HexFormat.of().formatHex(stream.readAllBytes());
        }
        if (value instanceof Reader reader) {
            StringWriter text = new StringWriter();
            long ignored = reader.transferTo(text);
            return "reader:" + text;
        }
        if (value instanceof Blob blob) {
            return "blob:" + HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
        }
        if (value instanceof Clob clob) {
            return "clob:" + clob.getSubString(1, (int) clob.length());
        }
        return value.getClass().getName() + ":" + plainText(value);
    }

    private static String plainText(Object value) {
        if (value instanceof Timestamp timestamp) {
            return timestamp.getTime() + "/" + timestamp.getNanos();
        }
        return value instanceof Date date ? Long.toString(date.getTime()) : value.toString();
    }
}
