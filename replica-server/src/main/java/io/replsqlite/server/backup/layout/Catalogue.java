package io.replsqlite.server.backup.layout;

import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.ObjectStore.StoredObject;
import io.replsqlite.server.backup.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one backup holds, as one listing shows it; rounds and headers are read when they are needed. */
public final class Catalogue {
    private static final int TIMESTAMP_OFFSET = 32;

    private final ObjectStore store;
    private final BackupKeys keys;
    private final List<BackupObject> files;
    private final NavigableMap<Long, String> rounds = new TreeMap<>();

    private Catalogue(ObjectStore store, BackupKeys keys, List<BackupObject> files) {
        this.store = store;
        this.keys = keys;
        this.files = files;
    }

    /** @param hasRounds false for what Litestream wrote */
    public static Catalogue list(ObjectStore store, BackupKeys keys, boolean hasRounds) throws IOException {
        Catalogue catalogue = new Catalogue(store, keys, BackupObject.listAll(store, keys));
        if (hasRounds) {
            for (StoredObject object : store.list(keys.rounds())) {
                BackupKeys.roundOf(object.name()).ifPresent(first -> catalogue.rounds.put(first, object.key()));
            }
        }
        return catalogue;
    }

    /** The files of all levels. */
    public List<BackupObject> files() {
        return files;
    }

    /** The least txid that can be restored, if any can. */
    public OptionalLong oldest() {
        return files.stream()
                .filter(file -> file.min() == 1)
                .mapToLong(BackupObject::max)
                .min();
    }

    /** The round that was claimed last, or null if there is none. */
    public @Nullable Round newestRound() throws IOException {
        var last = rounds.lastEntry();
        return last == null ? null : RoundCodec.decode(last.getValue(), store.readAll(last.getValue()));
    }

    /** The round that may have a txid, or null. */
    public @Nullable Round roundWith(long txid) throws IOException {
        var entry = rounds.floorEntry(txid);
        if (entry == null) {
            return null;
        }
        Round round = RoundCodec.decode(entry.getValue(), store.readAll(entry.getValue()));
        boolean has = round.kind() == Round.Kind.COMMITS
                ? round.end().txid().value() >= txid
                : round.end().txid().value() == txid;
        return has ? round : null;
    }

    /** The state at a txid as the primary knew it, or null if nothing tells. */
    public @Nullable RoundCommit stateAt(long txid) throws IOException {
        Round round = roundWith(txid);
        if (round != null) {
            return round.commits().stream()
                    .filter(commit -> commit.txid() == txid)
                    .findFirst()
                    .orElse(null);
        }
        String key = keys.point(new Txid(txid));
        try {
            return rounds.isEmpty() ? null : RoundCodec.decodePoint(key, store.readAll(key));
        } catch (StorageException failure) {
            if (failure.isNotFound()) {
                return null;
            }
            throw failure;
        }
    }

    /** The txids at which files end, ascending. */
    public NavigableSet<Long> ends() {
        TreeSet<Long> ends = new TreeSet<>();
        files.forEach(file -> ends.add(file.max()));
        return ends;
    }

    /** The time of the state after a file, as its header says. */
    public long timeOf(BackupObject file) throws IOException {
        byte[] header = store.read(file.key(), TIMESTAMP_OFFSET, Long.BYTES);
        return ByteBuffer.wrap(header).getLong();
    }

    /** The time at a txid where files end. */
    public long timeOfEnd(long txid) throws IOException {
        for (BackupObject file : files) {
            if (file.max() == txid) {
                return timeOf(file);
            }
        }
        throw new IllegalArgumentException("no file ends with txid " + txid);
    }
}
