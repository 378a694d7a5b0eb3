package io.replsqlite.server.database;

import io.replsqlite.base.Position;
import io.replsqlite.server.backup.restore.DatabaseCheck;
import io.replsqlite.server.store.OpenDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of each table at one position of a served database, counted while it is written to.
 *
 * @param rows by table
 */
public record RowCounts(Position position, Map<String, Long> rows) {
    private static final int ATTEMPTS = 1000;

    public RowCounts {
        rows = Map.copyOf(rows);
    }

    /** @throws IOException if it is not open, or no state of it can be caught */
    public static RowCounts of(ReplicatedDatabase database) throws IOException {
        OpenDatabase files = database.files()
                .orElseThrow(() -> new IOException("this node has not opened " + database.name() + " yet"));
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<SettledSnapshot> begun = SettledSnapshot.begin(database, files);
                if (begun.isPresent()) {
                    try (SettledSnapshot snapshot = begun.get()) {
                        return new RowCounts(
                                snapshot.copy().position(), DatabaseCheck.rowCounts(snapshot.connection()));
                    }
                }
            }
        } catch (SQLException failure) {
            throw new IOException(database.name() + " cannot be counted: " + failure.getMessage(), failure);
        }
        throw new IOException(database.name() + " changes too fast to be caught at one txid; try again");
    }
}
