package io.replsqlite.server.backup.upload;

import io.replsqlite.server.backup.layout.Round;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.ltx.LtxCompactor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A round of commits that is made up and not in the store yet. The same bytes however often it is tried. */
final class Draft {
    private final Round round;
    private final FileContent content;
    private boolean claimed;

    /** Puts the round's file into the store; answers its size. */
    @FunctionalInterface
    interface FileContent {
        long putInto(ObjectStore store, String key, long timestampMillis) throws IOException;
    }

    Draft(Round round, FileContent content) {
        this.round = round;
        this.content = content;
    }

    Round round() {
        return round;
    }

    boolean isClaimed() {
        return claimed;
    }

    void claimed() {
        claimed = true;
    }

    long putFile(ObjectStore store, String key) throws IOException {
        return content.putInto(store, key, round.last().timestampMillis());
    }

    /** A file that is at hand. One that is there already is the same: only the holder of a claim puts it. */
    static FileContent of(byte[] file) {
        return (store, key, timestampMillis) -> {
            boolean ignored = store.putIfAbsent(key, file, timestampMillis);
            return file.length;
        };
    }

    /** Compresses a change set of the log on its way. */
    static FileContent streamed(LtxOpener change) {
        return (store, key, timestampMillis) -> store.putStream(key, timestampMillis, out -> {
            try (InputStream ltx = change.open()) {
                var ignored = LtxCompactor.compact(List.of(ltx), out::write);
            }
        });
    }

    /** Opens a change set from its beginning. */
    @FunctionalInterface
    interface LtxOpener {
        InputStream open() throws IOException;
    }

    static byte[] merged(List<byte[]> changes) throws IOException {
        List<InputStream> inputs = new ArrayList<>();
        for (byte[] change : changes) {
            inputs.add(new ByteArrayInputStream(change));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var ignored = LtxCompactor.compact(inputs, out::write);
        return out.toByteArray();
    }
}
