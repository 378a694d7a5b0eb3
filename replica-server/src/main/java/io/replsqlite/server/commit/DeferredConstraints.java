package io.replsqlite.server.commit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Whether the schema has foreign keys that are only checked at COMMIT; looked up again when the schema has changed. */
final class DeferredConstraints implements AutoCloseable {
    private final PreparedStatement schemaVersion;
    private final PreparedStatement search;
    private long knownVersion = -1;
    private boolean found;

    DeferredConstraints(Connection connection) throws SQLException {
        schemaVersion = connection.prepareStatement("pragma schema_version");
        search = connection.prepareStatement("select count(*) from sqlite_schema where sql like '%deferred%'");
    }

    /** True also for a schema that only mentions the word: then writes run one by one, which is never wrong. */
    boolean exist() throws SQLException {
        long version = number(schemaVersion);
        if (version != knownVersion) {
            found = number(search) > 0;
            knownVersion = version;
        }
        return found;
    }

    private static long number(PreparedStatement query) throws SQLException {
        try (ResultSet result = query.executeQuery()) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        schemaVersion.close();
        search.close();
    }
}
