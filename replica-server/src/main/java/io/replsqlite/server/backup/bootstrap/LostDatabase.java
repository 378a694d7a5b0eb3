package io.replsqlite.server.backup.bootstrap;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.bootstrap.FoundedDatabase.Beginning;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.Catalogue;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.layout.RebirthMark;
import io.replsqlite.server.backup.layout.Round;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Planner;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.StoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
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
    private final Txid newest;
    private final Epoch highest;
    private final List<RebirthMark> rebirths;

    private LostDatabase(
            String name,
            BackupPlace place,
            Generation generation,
            RestorePoint point,
            RestorePlan plan,
            Txid newest,
            Epoch highest,
            List<RebirthMark> rebirths) {
        this.name = name;
        this.place = place;
        this.generation = generation;
        this.point = point;
        this.plan = plan;
        this.newest = newest;
        this.highest = highest;
        this.rebirths = List.copyOf(rebirths);
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
                highestGeneration(place.store()),
                Math.max(last.uploader().value(), newest.epoch().value()));
        List<RebirthMark> rebirths = RebirthMark.list(place.store());
        return new LostDatabase(name, place, generation, point, plan, newest.txid(), new Epoch(highest), rebirths);
    }

    /** Also of one that holds nothing yet. */
    private static long highestGeneration(ObjectStore store) throws IOException {
        return store.list(BackupKeys.GENERATIONS).stream()
                .map(object -> BackupKeys.generationOf(object.name()))
                .flatMapToLong(OptionalLong::stream)
                .max()
                .orElse(0);
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

    /** The least epoch that neither the lost cluster nor an earlier rebirth can have come to, as far as this database tells. */
    public Epoch freeEpoch() {
        long marked =
                rebirths.stream().mapToLong(mark -> mark.epoch().value()).max().orElse(0);
        return new Epoch(Math.max(highest.value(), marked) + EPOCH_GAP);
    }

    /** Whether an earlier attempt has put its mark for this epoch, and nothing has begun above it. */
    public boolean isMarked(Epoch epoch) {
        return epoch.isAfter(highest)
                && rebirths.stream().anyMatch(mark -> mark.epoch().equals(epoch));
    }

    /** The txid under which the brought back state stands: that of the mark, or a free one. */
    public Txid firstTxid(Epoch epoch) {
        return rebirths.stream()
                .filter(mark -> mark.epoch().equals(epoch))
                .map(RebirthMark::firstTxid)
                .findFirst()
                .orElseGet(this::freeTxid);
    }

    private Txid freeTxid() {
        long marked = rebirths.stream()
                .mapToLong(mark -> mark.firstTxid().value())
                .max()
                .orElse(0);
        return new Txid(Math.max(newest.value(), marked) + TXID_GAP);
    }

    /** Keeps every other rebirth out of this epoch and of these txids. @throws RestoreException if another one was faster */
    public void mark(Epoch epoch, MonotonicClock clock) throws IOException {
        FailurePoint.REBIRTH_MARKING.reached();
        if (!isMarked(epoch) && !new RebirthMark(epoch, firstTxid(epoch)).put(place.store(), clock.wallMillis())) {
            throw new RestoreException(
                    "another rebirth from " + place.store() + " has begun at this moment",
                    "make sure that nobody else is at it, and repeat this one");
        }
        FailurePoint.REBIRTH_MARKED.reached();
    }

    /** @param epoch that of all databases of the node; at least {@link #freeEpoch} */
    public RestoreResult bringBack(
            DatabasePaths paths, Epoch epoch, StoreSettings settings, Restore.Progress progress, MonotonicClock clock)
            throws IOException {
        FoundedDatabase founded = new FoundedDatabase(paths, id(), proven -> beginning(proven, epoch), settings, clock);
        return new Restore(place, point, founded, progress, clock).run();
    }

    private Beginning beginning(Position proven, Epoch epoch) {
        Position base = new Position(epoch, firstTxid(epoch), proven.checksum());
        Tenure reborn = new Tenure(epoch, proven.txid().next(), "rebirth", null);
        return new Beginning(base, List.of(reborn));
    }
}
