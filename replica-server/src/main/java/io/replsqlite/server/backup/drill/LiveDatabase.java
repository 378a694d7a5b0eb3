package io.replsqlite.server.backup.drill;

import io.replsqlite.base.StateChecksum;
import java.io.IOException;
import java.util.Map;

/** The database as it is served now. */
@FunctionalInterface
public interface LiveDatabase {
    /**
     * One state of it, while it is written to.
     *
     * @param rows of each table at exactly this txid
     */
    record Standing(String node, long epoch, long txid, StateChecksum state, Map<String, Long> rows) {
        public Standing {
            rows = Map.copyOf(rows);
        }
    }

    Standing standing() throws IOException;
}
