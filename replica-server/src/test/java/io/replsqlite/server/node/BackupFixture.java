package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import io.replsqlite.server.backup.upload.BackupStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Nodes with a backup in a directory, and restores from it. */
abstract class BackupFixture extends NodesFixture {
    private int restores;

    Path backup() {
        return directory.resolve("backup");
    }

    String backupUrl() {
        return "file://" + backup();
    }

    ReplicaNode startWithBackup(String name, String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of("backup", backupUrl(), "backup-interval", "50ms"));
        settings.addAll(List.of(more));
        return start(name, settings.toArray(new String[0]));
    }

    static BackupStatus status(ReplicaNode node) {
        return database(node).backups().get(0);
    }

    static void awaitUploaded(ReplicaNode node, Position position) throws Exception {
        await(
                () -> "the upload of " + position + ", status " + status(node),
                () -> status(node).uploaded().txid().value() >= position.txid().value());
    }

    static List<String> names(Path level) throws IOException {
        try (Stream<Path> files = Files.list(level)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    Path generation(long number) {
        return backup().resolve("app").resolve(String.format("%016x", number));
    }

    BackupPlace place() throws IOException {
        StoreUrl url = StoreUrl.parse(backupUrl()).child("app");
        ObjectStore store = Stores.open(url, null);
        return BackupPlace.find(store, url.hasHexLevels(), OptionalLong.empty());
    }

    /** A new file for each restore. */
    Path target() {
        return directory.resolve("restored" + restores++ + ".db");
    }

    RestoreResult restore(RestorePoint point, Path target) throws IOException {
        return new Restore(place(), point, target, false, (done, of) -> {}, MonotonicClock.SYSTEM).run();
    }

    void assertRestores(RestorePoint point, Position position) throws Exception {
        RestoreResult result = restore(point, target());
        assertThat(result.txid()).isEqualTo(position.txid().value());
        assertThat(result.state()).isEqualTo(position.checksum());
    }
}
