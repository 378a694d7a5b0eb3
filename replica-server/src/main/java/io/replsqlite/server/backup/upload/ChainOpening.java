package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.layout.Round;
import io.replsqlite.server.backup.layout.RoundCodec;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.ObjectStore.StoredObject;
import io.replsqlite.server.backup.upload.BackupStatus.State;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.RecordKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Finds out where the backup stands and whether this primary continues it. The only place that lists while uploading. */
final class ChainOpening {
    private final BackupSource source;
    private final ObjectStore store;
    private final boolean hexLevels;
    private final long nowMillis;

    ChainOpening(BackupSource source, ObjectStore store, boolean hexLevels, long nowMillis) {
        this.source = source;
        this.store = store;
        this.hexLevels = hexLevels;
        this.nowMillis = nowMillis;
    }

    /** @throws UploadRefusedException if this node must not upload here */
    ChainEnd open() throws IOException {
        OptionalLong newest = newestGeneration();
        if (newest.isEmpty()) {
            requireUnused();
            return begin("the first one");
        }
        long number = newest.getAsLong();
        requireOwn(BackupKeys.generation(number));
        if (number > source.epoch().value()) {
            throw deposed("generation " + number + " began in a later epoch");
        }
        return continued(number);
    }

    private OptionalLong newestGeneration() throws IOException {
        return store.list(BackupKeys.GENERATIONS).stream()
                .map(object -> BackupKeys.generationOf(object.name()))
                .flatMapToLong(OptionalLong::stream)
                .max();
    }

    /** Whoever streams there already would be mixed up with what we add. */
    private void requireUnused() throws IOException {
        BackupKeys root = new BackupKeys("", hexLevels);
        for (int level : new int[] {0, BackupKeys.SNAPSHOT_LEVEL}) {
            if (!BackupObject.list(store, root, level).isEmpty()) {
                throw new UploadRefusedException(
                        State.REFUSED,
                        store + " holds a backup of Litestream (" + root.level(level)
                                + "); nothing was written. Give the setting 'backup' a path of its own.");
            }
        }
    }

    private void requireOwn(String key) throws IOException {
        Generation generation = Generation.decode(key, store.readAll(key));
        requireOwn(generation.databaseId().equals(source.databaseId()), generation.databaseId());
    }

    private void requireOwn(boolean own, Object found) throws UploadRefusedException {
        if (!own) {
            throw new UploadRefusedException(
                    State.REFUSED,
                    store + " is the backup of another database (" + found + ", this one is " + source.databaseId()
                            + "); nothing was written. Give the setting 'backup' another path, or move that backup away.");
        }
    }

    private UploadRefusedException deposed(String why) {
        return new UploadRefusedException(
                State.DEPOSED,
                "Another primary has gone on with the backup " + store + ": " + why + ". This node, in epoch "
                        + source.epoch() + ", uploads nothing.");
    }

    private ChainEnd begin(String reason) throws IOException {
        long number = source.epoch().value();
        Generation generation =
                new Generation(number, source.database(), source.databaseId(), source.nodeName(), reason);
        String key = BackupKeys.generation(number);
        if (!store.putIfAbsent(key, generation.encode(), nowMillis)) {
            requireOwn(key);
        }
        return new ChainEnd.Gap(number, BackupKeys.of(number, hexLevels), new Txid(1), reason);
    }

    private ChainEnd continued(long number) throws IOException {
        BackupKeys keys = BackupKeys.of(number, hexLevels);
        List<StoredObject> rounds = store.list(keys.rounds()).stream()
                .filter(object -> BackupKeys.roundOf(object.name()).isPresent())
                .toList();
        if (rounds.isEmpty()) {
            return new ChainEnd.Gap(number, keys, new Txid(1), "generation " + number + " holds nothing yet");
        }
        String key = rounds.get(rounds.size() - 1).key();
        Round last = RoundCodec.decode(key, store.readAll(key));
        requireOwn(last.databaseId().equals(source.databaseId()), last.databaseId());
        CursorSearch search = after(last.end());
        if (search instanceof CursorSearch.Found found) {
            return behind(number, keys, last, found.cursor());
        }
        if (search instanceof CursorSearch.BeforeLog) {
            return gap(
                    number,
                    keys,
                    last,
                    "the log of this node begins after txid " + last.end().txid());
        }
        if (last.uploader().isAfter(source.epoch())) {
            throw deposed("round " + key + " was uploaded in epoch " + last.uploader());
        }
        if (number == source.epoch().value()) {
            throw new UploadRefusedException(
                    State.REFUSED,
                    store + " has commits up to " + last.end()
                            + " of this very epoch that the log of this node does not"
                            + " have: its directory was put back to an earlier state. Nothing was written. Restart the node:"
                            + " it then leads in a new epoch.");
        }
        return begin("commits up to " + last.end() + " of generation " + number + " are not in the surviving history");
    }

    private static ChainEnd.Gap gap(long number, BackupKeys keys, Round last, String why) {
        return new ChainEnd.Gap(number, keys, last.end().txid().next(), why);
    }

    /** An epoch that began without a commit makes the log's base differ from a commit at the same txid. */
    private CursorSearch after(Position place) throws IOException {
        Position base = source.log().base();
        CursorSearch search = source.log().after(place);
        boolean atBase = base.txid().equals(place.txid()) && base.checksum().equals(place.checksum());
        if (search instanceof CursorSearch.BeforeLog && atBase) {
            return new CursorSearch.Found(source.log().fromBase());
        }
        return search;
    }

    private ChainEnd behind(long number, BackupKeys keys, Round last, LogCursor cursor) throws IOException {
        boolean complete = false;
        try {
            if (!isThere(keys, last) && !finish(keys, last)) {
                return gap(number, keys, last, "the file of round " + last.first() + " was never uploaded");
            }
            complete = true;
            return new ChainEnd.Known(number, keys, new RoundReader(source, cursor, last.end()), last.end());
        } finally {
            if (!complete) {
                cursor.close();
            }
        }
    }

    private boolean isThere(BackupKeys keys, Round last) throws IOException {
        for (BackupObject object : BackupObject.list(store, keys, last.level())) {
            if (object.name().equals(last.file())) {
                return true;
            }
        }
        return false;
    }

    /** Uploads what a crash has left out; false if this node cannot. */
    private boolean finish(BackupKeys keys, Round last) throws IOException {
        if (last.kind() == Round.Kind.BASE) {
            return false;
        }
        String key = keys.file(0, last.file());
        if (last.holdsEachCommit()) {
            List<byte[]> changes = new ArrayList<>();
            for (RoundCommit commit : last.commits()) {
                byte[] ltx = commit.ltx();
                if (ltx != null) {
                    changes.add(ltx);
                }
            }
            long ignored = new Draft(last, Draft.of(Draft.merged(changes))).putFile(store, key);
            return true;
        }
        return last.commits().size() == 1 && finishFromLog(key, last);
    }

    private boolean finishFromLog(String key, Round last) throws IOException {
        Txid before = new Txid(last.first().value() - 1);
        if (!(source.log().after(before) instanceof CursorSearch.Found found)) {
            return false;
        }
        try (LogCursor cursor = found.cursor()) {
            while (cursor.advanceUpTo(last.first()) == LogCursor.Advance.RECORD) {
                if (cursor.record().header().kind() == RecordKind.COMMIT) {
                    long ignored = new Draft(last, Draft.streamed(cursor.record()::openLtx)).putFile(store, key);
                    return true;
                }
            }
            return false;
        }
    }
}
