package io.replsqlite.server.apply;

import java.sql.SQLException;

/** What an SQLite error code says, whatever its extended part. */
final class SqliteErrors {
    private static final int BUSY = 5;

    private SqliteErrors() {}

    static boolean isBusy(SQLException e) {
        return (e.getErrorCode() & 0xff) == BUSY;
    }
}
