package io.replsqlite.server.backup.layout;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Hex;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a history that was brought back begins. Put before anything is brought back, so that a second rebirth begins above the
 * first one even if that has not uploaded anything. Its name says all; its content is for people.
 */
public record RebirthMark(Epoch epoch, Txid firstTxid) {
    private static final Pattern NAME = Pattern.compile("([0-7][0-9a-f]{15})-([0-7][0-9a-f]{15})");

    private String key() {
        return BackupKeys.REBIRTHS + Hex.of(epoch.value()) + "-" + firstTxid;
    }

    /** @return false if there is the same one already */
    public boolean put(ObjectStore store, long nowMillis) throws IOException {
        String text = "epoch " + epoch + ", first txid " + firstTxid + "\n";
        return store.putIfAbsent(key(), text.getBytes(StandardCharsets.UTF_8), nowMillis);
    }

    /** Strangers are passed over. */
    public static List<RebirthMark> list(ObjectStore store) throws IOException {
        return store.list(BackupKeys.REBIRTHS).stream()
                .map(object -> named(object.name()))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<RebirthMark> named(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(
                        new RebirthMark(new Epoch(Hex.parse(matcher.group(1))), new Txid(Hex.parse(matcher.group(2)))))
                : Optional.empty();
    }
}
