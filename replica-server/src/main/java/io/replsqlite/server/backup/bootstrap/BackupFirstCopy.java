package io.replsqlite.server.backup.bootstrap;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.bootstrap.FoundedDatabase.Beginning;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreGivenUpException;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.backup.restore.ResumeFile;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.follow.FirstCopy;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.store.StoreSettings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * The first copy of a database out of its backup, so that the primary has only to send what came since. Whatever is wrong
 * with the backup is told, and the primary is asked instead.
 */
public final class BackupFirstCopy implements FirstCopy {
    private static final Logger LOG = System.getLogger(BackupFirstCopy.class.getName());

    private final String database;
    private final BackupTargets backups;
    private final StoreSettings settings;
    private final boolean votes;
    private final MonotonicClock clock;

    /**
     * @param backups tried in this order, each with the database below it
     * @param votes whether the cluster has voters, of which this node may be one
     */
    public BackupFirstCopy(
            String database, BackupTargets backups, StoreSettings settings, boolean votes, MonotonicClock clock) {
        this.database = database;
        this.backups = backups;
        this.settings = settings;
        this.votes = votes;
        this.clock = clock;
    }

    @Override
    public boolean found(DatabasePaths paths, UUID databaseId, LostLog lostLog, BooleanSupplier mustEnd)
            throws IOException {
        for (BackupTargets.Target target : present()) {
            StoreUrl url = target.url().child(database);
            try (ObjectStore store = target.access().open(url)) {
                FoundedDatabase founded = founded(paths, databaseId, lostLog);
                RestoreResult result = restore(place(store, url, databaseId), founded, mustEnd);
                LOG.log(
                        Level.INFO,
                        "{0}: the first copy is that of the backup {1}, txid {2}; the rest comes from the primary",
                        database,
                        url,
                        result.txid());
                return true;
            } catch (IOException | RuntimeException failure) {
                if (mustEnd.getAsBoolean()) {
                    throw new IOException(
                            database + ": the first copy was given up, as this node is to do something else", failure);
                }
                LOG.log(
                        Level.WARNING,
                        "{0}: no first copy from the backup {1}, the primary is asked for one: {2}",
                        database,
                        url,
                        failure.getMessage());
            }
        }
        new ResumeFile(FoundedDatabase.temporaryIn(paths)).discard();
        return false;
    }

    private List<BackupTargets.Target> present() {
        try {
            return backups.current();
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "{0}: no first copy from a backup: {1}", database, unreadable.getMessage());
            return List.of();
        }
    }

    private static BackupPlace place(ObjectStore store, StoreUrl url, UUID databaseId) throws IOException {
        BackupPlace place = BackupPlace.find(store, url.hasHexLevels(), OptionalLong.empty());
        Generation generation = place.generation();
        if (generation == null || !generation.databaseId().equals(databaseId)) {
            throw new IOException("it is not the backup of database " + databaseId + " but of "
                    + (generation == null ? "one that Litestream wrote" : generation.databaseId()));
        }
        return place;
    }

    private FoundedDatabase founded(DatabasePaths paths, UUID databaseId, LostLog lostLog) {
        return new FoundedDatabase(
                paths,
                databaseId,
                proven -> {
                    if (votes) {
                        lostLog.note(
                                "the copy came from a backup, which may lack what this node had acknowledged before");
                    }
                    return new Beginning(proven, List.of(new Tenure(proven.epoch(), proven.txid(), "backup", null)));
                },
                settings,
                clock);
    }

    private RestoreResult restore(BackupPlace place, FoundedDatabase founded, BooleanSupplier mustEnd)
            throws IOException {
        Restore.Progress progress = new Restore.Progress() {
            @Override
            public void read(long bytes, long ofBytes) throws IOException {
                if (mustEnd.getAsBoolean()) {
                    throw new RestoreGivenUpException("given up after " + bytes + " of " + ofBytes + " bytes");
                }
            }

            @Override
            public void checking() throws IOException {
                if (mustEnd.getAsBoolean()) {
                    throw new RestoreGivenUpException("given up while it was checked");
                }
            }
        };
        return new Restore(place, new RestorePoint.Latest(), founded, progress, clock).run();
    }
}
