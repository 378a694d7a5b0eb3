package io.replsqlite.server.execute;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The statements that one connection runs again and again, compiled once. Holds only such as change rows and return
 * none: of those nothing that was learned at compile time can go stale, and SQLite itself compiles them anew when the
 * schema has changed. For the connection's thread.
 */
final class StatementCache {
    private static final int CAPACITY = 200;

    private static final Map<Connection, StatementCache> CACHES = new ConcurrentHashMap<>();

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable PreparedStatement lastRowid;

    private final ClientCounters counters;

    private StatementCache(Connection connection) throws SQLException {
        this.connection = connection;
        this.counters = new ClientCounters(connection);
    }

    ClientCounters counters() {
        return counters;
    }

    /** That of a connection, whoever executes on it; those of closed ones leave when a new one comes. For any thread. */
    static StatementCache of(Connection connection) throws SQLException {
        StatementCache known = CACHES.get(connection);
        if (known != null) {
            return known;
        }
        boolean ignored = CACHES.keySet().removeIf(StatementCache::isClosed); // SQLite's statements went with it
        StatementCache made = new StatementCache(connection);
        CACHES.put(connection, made);
        return made;
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException unusable) {
            return true;
        }
    }

    /** Takes a statement for one use, see {@link #giveBack}. */
    PreparedStatement take(StatementText text) throws SQLException {
        String sql = text.statement().text();
        PreparedStatement known = statements.remove(sql);
        return known != null ? known : connection.prepareStatement(sql);
    }

    void giveBack(StatementText text, PreparedStatement prepared) throws SQLException {
        String sql = text.statement().text();
        if (!text.isReusable() || statements.containsKey(sql)) {
            prepared.close();
            return;
        }
        prepared.clearParameters(); // they may be large
        statements.put(sql, prepared);
        if (statements.size() > CAPACITY) {
            String eldest = statements.keySet().iterator().next();
            PreparedStatement dropped = statements.remove(eldest);
            if (dropped != null) {
                dropped.close();
            }
        }
    }

    /** Asks for last_insert_rowid(). */
    PreparedStatement lastRowid() throws SQLException {
        PreparedStatement known = lastRowid;
        if (known == null) {
            known = connection.prepareStatement("SELECT last_insert_rowid()");
            lastRowid = known;
        }
        return known;
    }
}
