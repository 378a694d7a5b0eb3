package io.replsqlite.server.commit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one write does on the writer's connection. It neither begins nor ends the transaction that it runs in. */
@FunctionalInterface
public interface WriteWork<T extends @Nullable Object> {
    T run(Connection connection) throws SQLException;

    /**
     * Whether this waits for its client while it runs. Then everything before it is durable and answered when it begins.
     * It runs in a transaction of its own.
     */
    default boolean isInteractive() {
        return false;
    }

    /** Per-connection settings of the client, such as {@code foreign_keys}, that must hold while this runs. */
    default Map<String, String> sessionSettings() {
        return Map.of();
    }
}
