package io.replsqlite.local;

import io.replsqlite.wire.ErrorResponse;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite's errors between exception and message, in both directions, with SQLState. */
public final class SqliteErrors {
    private SqliteErrors() {}

    /** The same failure with a SQLState, if it is SQLite's and has none. */
    public static SQLException withState(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite) || failure instanceof StatedSqliteException) {
            return failure;
        }
        SQLiteErrorCode code = sqlite.getResultCode();
        StatedSqliteException stated = new StatedSqliteException(messageOf(failure), code, SqliteStates.of(code.code));
        stated.setStackTrace(failure.getStackTrace());
        if (failure.getNextException() != null) {
            stated.setNextException(failure.getNextException());
        }
        return stated;
    }

    /** What a node answers for a failure of SQLite; the statement had no effect. */
    public static ErrorResponse toResponse(SQLException failure) {
        int code = failure instanceof SQLiteException sqlite ? sqlite.getResultCode().code : failure.getErrorCode();
        return new ErrorResponse(
                ErrorResponse.Kind.SQL,
                messageOf(failure),
                code,
                failure.getErrorCode(),
                SqliteStates.of(code),
                false,
                null,
                null);
    }

    /** The exception that sqlite-jdbc would have thrown here. */
    public static SQLException toException(ErrorResponse error) {
        if (error.resultCode() == 0) {
            return new SQLException(error.message(), error.sqlState(), error.vendorCode());
        }
        SQLiteErrorCode code = SQLiteErrorCode.getErrorCode(error.resultCode());
        return new StatedSqliteException(error.message(), code, error.sqlState());
    }

    /** SQLite's general error as sqlite-jdbc words it, for what SQLite was not asked. */
    public static SQLException error(String sqliteMessage) {
        SQLiteErrorCode code = SQLiteErrorCode.SQLITE_ERROR;
        return new StatedSqliteException(code + " (" + sqliteMessage + ")", code, SqliteStates.of(code.code));
    }

    private static String messageOf(SQLException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getName() : message;
    }
}
