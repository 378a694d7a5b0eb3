package io.replsqlite.server.backup.compact;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.Catalogue;
import io.replsqlite.server.backup.layout.ObjectInput;
import io.replsqlite.server.backup.layout.RoundCodec;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Planner;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.ltx.LtxCompactor;
import io.replsqlite.server.ltx.LtxFileName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Merges files of a backup into one that has the same effect. Repeating it, or doing it twice at once, harms nothing. */
public final class Compaction {
    /** All are open at once. */
    private static final int MAX_INPUTS = 128;

    private final BackupPlace place;
    private final ObjectStore store;
    private final BackupKeys keys;

    public Compaction(BackupPlace place) {
        this.place = place;
        this.store = place.store();
        this.keys = place.keys();
    }

    /**
     * Merges what the level below has beyond this level.
     *
     * @return whether there was something
     */
    public boolean compactInto(int level) throws IOException {
        Catalogue catalogue = place.catalogue();
        long reached = end(catalogue, level);
        List<BackupObject> inputs = new ArrayList<>();
        for (BackupObject file : catalogue.files()) {
            if (file.level() == level - 1 && file.max() > reached) {
                boolean follows = inputs.isEmpty()
                        || file.min() <= inputs.get(inputs.size() - 1).max() + 1;
                if (!follows || inputs.size() == MAX_INPUTS) {
                    break;
                }
                inputs.add(file);
            }
        }
        if (inputs.isEmpty()) {
            return false;
        }
        merge(catalogue, inputs, level);
        return true;
    }

    private static long end(Catalogue catalogue, int level) {
        return catalogue.files().stream()
                .filter(file -> file.level() == level)
                .mapToLong(BackupObject::max)
                .max()
                .orElse(0);
    }

    /**
     * Makes a snapshot of the newest state out of the files that lead to it.
     *
     * @return whether there was something new
     */
    public boolean snapshot() throws IOException {
        Catalogue catalogue = place.catalogue();
        List<BackupObject> files = new Planner(catalogue, place.generation())
                .plan(new RestorePoint.Latest())
                .files();
        if (files.size() == 1 && files.get(0).level() == BackupKeys.SNAPSHOT_LEVEL) {
            return false;
        }
        merge(catalogue, files.subList(0, Math.min(files.size(), MAX_INPUTS)), BackupKeys.SNAPSHOT_LEVEL);
        return true;
    }

    private void merge(Catalogue catalogue, List<BackupObject> inputs, int level) throws IOException {
        BackupObject last = inputs.get(inputs.size() - 1);
        LtxFileName name = new LtxFileName(new Txid(inputs.get(0).min()), new Txid(last.max()));
        long timestampMillis = catalogue.timeOf(last);
        keepState(catalogue, last.max());
        long ignored = store.putStream(keys.file(level, name), timestampMillis, out -> {
            List<InputStream> streams = new ArrayList<>();
            for (BackupObject input : inputs) {
                streams.add(new ObjectInput(store, input));
            }
            var header = LtxCompactor.compact(streams, out::write);
            if (!LtxFileName.of(header).equals(name)) {
                throw new IOException("merging to " + name + " made " + LtxFileName.of(header));
            }
        });
        FailurePoint.BACKUP_COMPACTED.reached();
    }

    /** The round that says which state the file ends in will be deleted before the file. */
    private void keepState(Catalogue catalogue, long txid) throws IOException {
        RoundCommit state = catalogue.stateAt(txid);
        if (state != null) {
            boolean ignored = store.putIfAbsent(
                    keys.point(new Txid(txid)), RoundCodec.encodePoint(state), state.timestampMillis());
        }
    }
}
