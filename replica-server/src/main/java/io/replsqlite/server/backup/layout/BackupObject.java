package io.replsqlite.server.backup.layout;

import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.ObjectStore.StoredObject;
import io.replsqlite.server.ltx.LtxFileName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One LTX file of a backup. */
public record BackupObject(int level, LtxFileName name, String key, long sizeBytes, long modifiedMillis) {
    public long min() {
        return name.minTxid().value();
    }

    public long max() {
        return name.maxTxid().value();
    }

    /** The files of one level by their first txid; other objects are not looked at. */
    public static List<BackupObject> list(ObjectStore store, BackupKeys keys, int level) throws IOException {
        List<BackupObject> files = new ArrayList<>();
        for (StoredObject object : store.list(keys.level(level))) {
            LtxFileName.parse(object.name())
                    .ifPresent(name -> files.add(
                            new BackupObject(level, name, object.key(), object.sizeBytes(), object.modifiedMillis())));
        }
        return files;
    }

    /** The files of all levels. We use five of them, and each LIST costs money; Litestream may use any. */
    public static List<BackupObject> listAll(ObjectStore store, BackupKeys keys) throws IOException {
        List<BackupObject> files = new ArrayList<>();
        for (int level = 0; level <= BackupKeys.SNAPSHOT_LEVEL; level++) {
            if (level <= BackupKeys.TOP_LEVEL || level == BackupKeys.SNAPSHOT_LEVEL || keys.isLitestreams()) {
                files.addAll(list(store, keys, level));
            }
        }
        return files;
    }
}
