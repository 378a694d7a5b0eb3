package io.replsqlite.server.backup.bootstrap;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.bootstrap.FoundedDatabase.Beginning;
import io.replsqlite.server.backup.layout.Catalogue;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.layout.Round;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Planner;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.StoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * A database of which only the backup is left, and how it lives on: as the same database (its id stays, so the backup goes on
 * in the same place), in an epoch and from a txid that the lost cluster cannot have come to. What that cluster had committed
 * and not backed up is therefore lost by name: no new commit has its epoch or txid.
 */
public final class LostDatabase {
    /** More commits than a cluster makes while its backup is out. */
    static final long TXID_GAP = 1_000_000_000L;

    /** More tenures than begin while a backup is out. */
    static final long EPOCH_GAP = 1_000L;

    private final String name;
    private final BackupPlace place;
    private final Generation generation;
    private final RestorePoint point;
    private final RestorePlan plan;
    private final Position newest;
    private final Epoch highest;

    private LostDatabase(
            String name,
            BackupPlace place,
            Generation generation,
            RestorePoint point,
            RestorePlan plan,
            Position newest,
            Epoch highest) {
        this.name = name;
        this.place = place;
        this.generation = generation;
        this.point = point;
        this.plan = plan;
        this.newest = newest;
        this.highest = highest;
    }

    /** @throws RestoreException if the backup cannot bring the database back; nothing was written */
    public static LostDatabase find(String name, BackupPlace place, RestorePoint point) throws IOException {
        Generation generation = place.generation();
        if (generation == null) {
            throw new RestoreException(
                    place.store() + " was written by Litestream, and does not say which state it must give",
                    "restore it to a file, and `import` that one into a new cluster");
        }
        Catalogue catalogue = place.catalogue();
        RestorePlan plan = new Planner(catalogue, generation).plan(point);
        RoundCommit expected = plan.expected();
        Round last = catalogue.newestRound();
        if (expected == null || last == null) {
            throw new RestoreException(
                    place.store() + " does not say which state it must give at txid " + plan.txid(),
                    "restore it to a file, and `import` that one into a new cluster");
        }
        Position newest = last.end().txid().isAfter(expected.position().txid()) ? last.end() : expected.position();
        long highest = Math.max(
                generation.number(),
                Math.max(last.uploader().value(), newest.epoch().value()));
        return new LostDatabase(name, place, generation, point, plan, newest, new Epoch(highest));
    }

    public String name() {
        return name;
    }

    public UUID id() {
        return generation.databaseId();
    }

    /** The state that is brought back. */
    public long txid() {
        return plan.txid();
    }

    public long downloadBytes() {
        return plan.bytes();
    }

    /** The least epoch that the lost cluster cannot have come to, as far as this database tells. */
    public Epoch freeEpoch() {
        return new Epoch(highest.value() + EPOCH_GAP);
    }

    /** The txid under which the brought back state stands. */
    public Txid firstTxid() {
        return new Txid(newest.txid().value() + TXID_GAP);
    }

    /** @param epoch that of all databases of the node; at least {@link #freeEpoch} */
    public RestoreResult bringBack(
            DatabasePaths paths, Epoch epoch, StoreSettings settings, Restore.Progress progress, MonotonicClock clock)
            throws IOException {
        FoundedDatabase founded = new FoundedDatabase(paths, id(), proven -> beginning(proven, epoch), settings, clock);
        return new Restore(place, point, founded, progress, clock).run();
    }

    private Beginning beginning(Position proven, Epoch epoch) {
        Position base = new Position(epoch, firstTxid(), proven.checksum());
        Tenure reborn = new Tenure(epoch, proven.txid().next(), "rebirth", null);
        return new Beginning(base, List.of(reborn));
    }
}
