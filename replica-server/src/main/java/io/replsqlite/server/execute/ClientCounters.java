package io.replsqlite.server.execute;

import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.wire.ExecuteRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/**
 * Makes last_insert_rowid(), changes() and total_changes() of a connection that serves everybody answer for one client.
 *
 * <p>A connection that writes goes on counting while the request runs, row by row and in triggers by rules of their own. So
 * its first two counters are really set, by writes to a temporary table that leave them so; the third only grows, and is
 * replaced by a function that tells the difference. On a connection that cannot write, all three are functions of fixed
 * values. For the connection's thread.
 */
final class ClientCounters {
    private static final String TABLE = "temp.replsqlite_counters";

    private final Connection connection;
    private final DB database;
    private final @Nullable ConnectionCounters fixed;

    /** What the client's total is ahead of the connection's. */
    private long totalAhead;

    /** Before any statement of the connection is under way: SQLite does not exchange functions then. */
    ClientCounters(Connection connection) throws SQLException {
        this.connection = connection;
        SQLiteConnection sqlite = connection.unwrap(SQLiteConnection.class);
        this.database = sqlite.getDatabase();
        if (cannotWrite(connection)) {
            fixed = new ConnectionCounters();
            fixed.installOn(sqlite);
        } else {
            fixed = null;
            Function.create(sqlite, "total_changes", new Total(), 0, 0);
        }
    }

    private static boolean cannotWrite(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("pragma query_only")) {
            return answer.next() && answer.getBoolean(1);
        }
    }

    private final class Total extends Function {
        @Override
        protected void xFunc() throws SQLException {
            result(database.total_changes() + totalAhead);
        }
    }

    /** @param counters those of the client; null if its statements do not ask for them */
    void show(ExecuteRequest.@Nullable Counters counters) throws SQLException {
        if (fixed != null) {
            ExecuteRequest.Counters shown = counters == null ? ExecuteRequest.Counters.NONE : counters;
            fixed.set(shown.lastRowid(), shown.changes(), shown.totalChanges());
            return;
        }
        if (counters != null) {
            count(counters);
        }
        totalAhead = counters == null ? 0 : counters.totalChanges() - database.total_changes();
    }

    /** A rollback may have taken the table back, so it is made each time. */
    private void count(ExecuteRequest.Counters counters) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create temp table if not exists replsqlite_counters(x)");
            statement.execute("delete from " + TABLE);
            if (counters.changes() > 1) {
                fill(counters);
            }
            statement.execute("insert into " + TABLE + "(rowid) values(" + counters.lastRowid() + ")");
            statement.execute("delete from " + TABLE); // as many as the client's last statement changed
            if (counters.changes() == 0) {
                statement.execute("delete from " + TABLE);
            }
        }
    }

    /** All rows but the one that is to be the last one inserted. */
    private void fill(ExecuteRequest.Counters counters) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into " + TABLE
                + "(rowid) with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)"
                + " select i + (i >= ?) from n")) {
            insert.setLong(1, counters.changes() - 1);
            insert.setLong(2, counters.lastRowid());
            int ignored = insert.executeUpdate();
        }
    }
}
