package io.replsqlite.server.commit;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What one write does on the writer's connection. It neither begins nor ends the transaction that it runs in. */
@FunctionalInterface
public interface WriteWork<T extends @Nullable Object> {
    T run(Connection connection) throws SQLException;
}
