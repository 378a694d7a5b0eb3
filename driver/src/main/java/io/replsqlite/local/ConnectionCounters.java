package io.replsqlite.local;

import java.sql.SQLException;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;

/**
 * last_insert_rowid(), changes() and total_changes() of a connection whose writes run elsewhere. They are set from the
 * primary's answers and replace SQLite's functions of the same names on the local connections. Not for several threads
 * at a time.
 */
public final class ConnectionCounters {
    private long lastInsertRowid;
    private long changes;
    private long totalChanges;

    /** A statement that may write has run for this connection. */
    public void wrote(long newChanges, long addedChanges) {
        changes = newChanges;
        totalChanges += addedChanges;
    }

    public void inserted(long newLastInsertRowid) {
        lastInsertRowid = newLastInsertRowid;
    }

    public long lastInsertRowid() {
        return lastInsertRowid;
    }

    public long changes() {
        return changes;
    }

    public long totalChanges() {
        return totalChanges;
    }

    /** Takes over those of another connection. */
    public void set(long newLastInsertRowid, long newChanges, long newTotalChanges) {
        lastInsertRowid = newLastInsertRowid;
        changes = newChanges;
        totalChanges = newTotalChanges;
    }

    private interface Counter {
        long read();
    }

    /** From now on, SQLite's functions of these names answer with them on this connection. */
    public void installOn(SQLiteConnection connection) throws SQLException {
        install(connection, "last_insert_rowid", () -> lastInsertRowid);
        install(connection, "changes", () -> changes);
        install(connection, "total_changes", () -> totalChanges);
    }

    private static void install(SQLiteConnection connection, String name, Counter counter) throws SQLException {
        Function function = new Function() {
            @Override
            protected void xFunc() throws SQLException {
                result(counter.read());
            }
        };
        Function.create(connection, name, function, 0, 0);
    }
}
