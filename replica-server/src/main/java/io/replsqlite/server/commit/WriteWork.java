package io.replsqlite.server.commit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one write does on the writer's connection. It neither begins nor ends the transaction that it runs in. */
@FunctionalInterface
public interface WriteWork<T extends @Nullable Object> {
    T run(Connection connection) throws SQLException;

    /** Per-connection settings of the client, such as {@code foreign_keys}, that must hold while this runs. */
    default Map<String, String> sessionSettings() {
        return Map.of();
    }
}
