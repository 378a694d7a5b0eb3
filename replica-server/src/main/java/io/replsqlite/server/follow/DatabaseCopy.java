package io.replsqlite.server.follow;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.LogCorruptedException;
import io.replsqlite.server.log.LogRepair;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.store.Recovery;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The copy of a SQLite database: its files, opened, and opened anew after their log has failed. */
public final class DatabaseCopy implements LocalCopy {
    private static final Logger LOG = System.getLogger(DatabaseCopy.class.getName());

    /** So much must fit on the disk before a failed log is tried again. */
    private static final int ROOM_BYTES = 1 << 20;

    private final String databaseName;
    private final UUID databaseId;
    private final DatabasePaths paths;
    private final LostLog lostLog;
    private final FollowerListener listener;
    private final FollowerSettings settings;
    private final FirstCopy firstCopy;
    private final Executor background;
    private final MonotonicClock clock;
    private @Nullable OpenDatabase database;
    private @Nullable Replica replica;

    /** @param opened the database if it is open already (the node was primary), else null */
    public DatabaseCopy(
            String databaseName,
            UUID databaseId,
            DatabasePaths paths,
            @Nullable OpenDatabase opened,
            FollowerListener listener,
            FollowerSettings settings,
            FirstCopy firstCopy,
            Executor background,
            MonotonicClock clock) {
        this.databaseName = databaseName;
        this.databaseId = databaseId;
        this.paths = paths;
        this.lostLog = new LostLog(paths);
        this.database = opened;
        this.listener = listener;
        this.settings = settings;
        this.firstCopy = firstCopy;
        this.background = background;
        this.clock = clock;
    }

    @Override
    public @Nullable ChangeLog logIfOpen() {
        OpenDatabase opened = database;
        return opened == null ? null : opened.log();
    }

    @Override
    public LostLog lostLog() {
        return lostLog;
    }

    @Override
    public boolean isFounded() {
        return DatabaseFounding.isFounded(paths);
    }

    @Override
    public @Nullable Followed current() {
        return replica;
    }

    /**
     * Lets the replica file's write lock go. Answers the open database, if there is one; one whose log has failed is
     * closed, so that the next role opens it anew.
     *
     * @throws IOException if the replica file cannot be let go in good order
     */
    public @Nullable OpenDatabase settle() throws IOException, SQLException {
        Replica open = replica;
        OpenDatabase opened = database;
        if (open == null || opened == null) {
            return opened;
        }
        if (open.log().isFailed()) {
            closeAll(open, opened);
            return null;
        }
        replica = null;
        return open.settle(false);
    }

    /** In no role: moves all that is in the WAL into the database file, unless a reader forbids it. */
    public OpenDatabase checkpoint() throws IOException, SQLException {
        OpenDatabase opened = Objects.requireNonNull(database, "nothing is open");
        return Replica.open(databaseName, opened, settings, listener, background, clock)
                .settle(true);
    }

    @Override
    public Followed open(ResyncClient client, BooleanSupplier mustEnd) throws IOException, SQLException {
        Replica open = replica;
        OpenDatabase opened = database;
        if (open != null && opened != null) {
            if (!open.log().isFailed()) {
                return open;
            }
            requireRoom(); // as long as it lasts, better no progress than a replica file without its write lock
            LOG.log(Level.INFO, "{0}: the log, which had failed, is opened anew", databaseName);
            closeAll(open, opened);
            opened = null;
        }
        if (opened == null) {
            opened = openDatabase(client, mustEnd);
            database = opened;
            listener.opened(opened);
        }
        open = Replica.open(databaseName, opened, settings, listener, background, clock);
        replica = open;
        return open;
    }

    private void requireRoom() throws IOException {
        try {
            DurableFiles.requireRoom(paths.stateDirectory(), ROOM_BYTES);
        } catch (IOException full) {
            throw new IOException(
                    "The log has failed, and " + paths.stateDirectory() + " does not take " + ROOM_BYTES
                            + " bytes yet: " + full.getMessage() + ". The replica can be read but stands still. Make"
                            + " room; the node goes on by itself.",
                    full);
        }
    }

    private void closeAll(Replica open, OpenDatabase opened) throws IOException {
        listener.closing();
        replica = null;
        database = null;
        try (opened) {
            open.abandon();
        }
    }

    private OpenDatabase openDatabase(ResyncClient client, BooleanSupplier mustEnd) throws IOException, SQLException {
        if (!DatabaseFounding.isFounded(paths)) {
            DatabaseFounding.refuseForeignFile(paths);
            if (!firstCopy.found(paths, databaseId, lostLog, mustEnd)) {
                Bootstrap.run(paths, databaseId, client, settings.store(), clock);
            }
        }
        CheckpointRecord record = CheckpointRecord.read(paths.checkpointFile())
                .orElseThrow(() -> new IOException(paths.checkpointFile() + " vanished"));
        if (!record.databaseId().equals(databaseId)) {
            throw new IOException("The primary's database " + databaseName + " is " + databaseId + ", but "
                    + paths.databaseFile() + " is " + record.databaseId()
                    + ": another database of the same name. Nothing was changed. Move it and its directory "
                    + paths.stateDirectory() + " away if this node is to follow.");
        }
        try {
            return Recovery.open(paths, record, settings.store(), clock);
        } catch (LogCorruptedException damaged) {
            lostLog.note(String.valueOf(damaged.getMessage()));
            Path aside = LogRepair.setAside(paths.logDirectory(), "corrupted", clock);
            LOG.log(
                    Level.WARNING,
                    "{0}: {1}. The log is set aside as {2}; the primary sends what this node lacks.",
                    databaseName,
                    damaged.getMessage(),
                    aside);
            return Recovery.open(paths, record, settings.store(), clock);
        }
    }
}
