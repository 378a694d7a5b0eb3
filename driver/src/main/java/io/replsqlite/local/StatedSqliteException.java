package io.replsqlite.local;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** sqlite-jdbc's own exception, with the SQLState that sqlite-jdbc leaves out. */
public final class StatedSqliteException extends SQLiteException {
    private final @Nullable String sqlState;

    StatedSqliteException(String message, SQLiteErrorCode code, @Nullable String sqlState) {
        super(message, code);
        this.sqlState = sqlState;
    }

    @Override
    public @Nullable String getSQLState() {
        return sqlState;
    }
}
