package io.replsqlite.jdbc;

import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/** A savepoint, wherever its transaction runs by now. */
final class TransactionSavepoint implements Savepoint {
    private final int id;
    private final @Nullable String name;

    TransactionSavepoint(int id, @Nullable String name) {
        this.id = id;
        this.name = name;
    }

    String sqlName() {
        return name == null ? "SQLITE_SAVEPOINT_" + id : name;
    }

    @Override
    public int getSavepointId() throws SQLException {
        if (name != null) {
            throw new SQLException("this savepoint has a name, not a number");
        }
        return id;
    }

    @Override
    public String getSavepointName() throws SQLException {
        if (name == null) {
            throw new SQLException("this savepoint has a number, not a name");
        }
        return name;
    }
}
