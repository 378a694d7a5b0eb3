package io.replsqlite.server.backup.drill;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The database as it is served now. */
public interface LiveDatabase {
    /** What the node says of it. */
    record Standing(String node, long epoch, long txid) {}

    Standing standing() throws IOException;

    /** Rows of each table, if it still stands at this txid. */
    Optional<Map<String, Long>> rowCountsAt(long txid) throws IOException;
}
