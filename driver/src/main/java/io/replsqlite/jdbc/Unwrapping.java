package io.replsqlite.jdbc;

import java.sql.SQLException;

/** The rule of java.sql.Wrapper: first the facade itself, then sqlite-jdbc's object behind it. */
final class Unwrapping {
    private Unwrapping() {}

    static <T> T unwrap(Class<T> type, Object facade, Object behind) throws SQLException {
        if (type.isInstance(facade)) {
            return type.cast(facade);
        }
        if (type.isInstance(behind)) {
            return type.cast(behind);
        }
        throw new SQLException("this is neither a " + type.getName() + " nor a wrapper for one");
    }

    static boolean isWrapperFor(Class<?> type, Object facade, Object behind) {
        return type.isInstance(facade) || type.isInstance(behind);
    }
}
