package io.replsqlite.server.execute;

import io.replsqlite.wire.ExecuteRequest;
import java.sql.SQLException;
import org.sqlite.SQLiteLimits;
import org.sqlite.core.DB;

/**
 * SQLite's own limits while SQL from the wire runs: no other database file can be attached, and no value outgrows the
 * memory. The second line of defence: it holds whatever {@link RequestRules} overlook.
 */
final class Confinement implements AutoCloseable {
    private static final int ASK_ONLY = -1;

    private final DB database;
    private final int attached;
    private final int length;

    Confinement(DB database, ExecuteRequest request, int valueBytes) throws SQLException {
        this.database = database;
        this.attached = database.limit(SQLiteLimits.SQLITE_LIMIT_ATTACHED.getId(), ASK_ONLY);
        this.length = database.limit(SQLiteLimits.SQLITE_LIMIT_LENGTH.getId(), ASK_ONLY);
        set(vacuums(request) ? attached : 0, Math.min(length, valueBytes));
    }

    /** VACUUM attaches its own temporary copy; the rules have seen that there is no INTO. */
    private static boolean vacuums(ExecuteRequest request) {
        return request.statements().stream()
                .anyMatch(statement ->
                        StatementText.of(statement.sql()).firstWord().equals("VACUUM"));
    }

    private void set(int newAttached, int newLength) throws SQLException {
        database.limit(SQLiteLimits.SQLITE_LIMIT_ATTACHED.getId(), newAttached);
        database.limit(SQLiteLimits.SQLITE_LIMIT_LENGTH.getId(), newLength);
    }

    /** Our own work on the connection is not confined. */
    @Override
    public void close() throws SQLException {
        set(attached, length);
    }
}
