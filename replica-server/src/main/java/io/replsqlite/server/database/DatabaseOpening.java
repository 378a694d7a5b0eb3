package io.replsqlite.server.database;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.store.Adoption;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.store.Recovery;
import io.replsqlite.server.store.StoreSettings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.UUID;

/** Opens the files of one database that no follower has open. On the role thread. */
record DatabaseOpening(String name, UUID id, DatabasePaths paths, StoreSettings settings, MonotonicClock clock) {
    private static final Logger LOG = System.getLogger(DatabaseOpening.class.getName());

    /** For a primary: a database that does not exist is created, a file that stands there is adopted. */
    OpenDatabase openOrCreate() throws IOException, SQLException {
        if (!DatabaseFounding.isFounded(paths)) {
            LOG.log(Level.INFO, "{0}: creating the database, or adopting the file that is there", name);
            Adoption.adopt(paths, id, settings, clock, (done, of) -> {});
        }
        return open();
    }

    /** One that is founded already. */
    OpenDatabase open() throws IOException, SQLException {
        CheckpointRecord record = CheckpointRecord.read(paths.checkpointFile())
                .orElseThrow(() -> new IOException(paths.checkpointFile() + " vanished"));
        if (!record.databaseId().equals(id)) {
            throw new IOException("The files of " + paths.databaseFile() + " are those of database "
                    + record.databaseId() + ", not of " + id
                    + ", as the catalogue says. Nothing was changed. Move them and "
                    + paths.stateDirectory() + " away.");
        }
        return Recovery.open(paths, record, settings, clock);
    }
}
