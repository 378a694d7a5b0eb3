package io.replsqlite.server.execute;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteUpdateListener;

/**
 * Whether last_insert_rowid() is the key of a row that this statement inserted. An INSERT that changed rows did insert,
 * except an upsert, which may have updated: there SQLite reports every inserted row.
 */
final class InsertWatch implements AutoCloseable {
    private final boolean isInsert;
    private final boolean isUpsert;
    private final SQLiteConnection connection;
    private final Set<Long> inserted = new HashSet<>();
    private final SQLiteUpdateListener listener = this::changed;

    private InsertWatch(boolean isInsert, boolean isUpsert, SQLiteConnection connection) {
        this.isInsert = isInsert;
        this.isUpsert = isUpsert;
        this.connection = connection;
        if (isUpsert) {
            connection.addUpdateListener(listener);
        }
    }

    static InsertWatch of(StatementText text, Connection connection) throws SQLException {
        return new InsertWatch(text.isInsert(), text.isUpsert(), connection.unwrap(SQLiteConnection.class));
    }

    private void changed(SQLiteUpdateListener.Type type, String database, String table, long rowid) {
        if (type == SQLiteUpdateListener.Type.INSERT) {
            inserted.add(rowid);
        }
    }

    void begin() {
        inserted.clear();
    }

    boolean sawInsert(long changes, long lastRowid) {
        return isInsert && changes > 0 && (!isUpsert || inserted.contains(lastRowid));
    }

    @Override
    public void close() {
        if (isUpsert) {
            connection.removeUpdateListener(listener);
        }
    }
}
