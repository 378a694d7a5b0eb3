package io.replsqlite.local;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A prepared statement whose bound values can be read back, as SQLite would get them: sqlite-jdbc itself has converted
 * dates, numbers and streams, so a forwarded statement stores what a local one would.
 */
public final class BoundStatement extends JDBC4PreparedStatement {
    BoundStatement(SQLiteConnection connection, String sql) throws SQLException {
        super(connection, sql);
    }

    /** The values bound now, one per parameter; each null, Long, Double, String or byte[]. */
    public List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>(paramCount);
        for (int index = 0; index < paramCount; index++) {
            // sqlite-jdbc allocates the array at the first bind; until then every parameter is NULL.
            values.add(batch == null ? null : storageClass(batch[batchPos + index]));
        }
        return values;
    }

    public boolean returnsRows() {
        return columnCount != 0;
    }

    private static @Nullable Object storageClass(@Nullable Object bound) {
        if (bound instanceof Integer || bound instanceof Short || bound instanceof Byte) {
            return ((Number) bound).longValue();
        }
        if (bound instanceof Float || bound instanceof Double) {
            double number = ((Number) bound).doubleValue();
            return Double.isNaN(number) ? null : (Object) number;
        }
        return bound;
    }
}
