package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.backup.storage.StorageException;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose backup is encrypted before it leaves. */
class BackupEncryptionTest extends BackupFixture {
    private static final RestorePoint LATEST = new RestorePoint.Latest();

    private Path keys;
    private ReplicaNode node;
    private Position middle;
    private Position last;

    @BeforeEach
    void fill() throws Exception {
        keys = directory.resolve("keys");
        OwnerOnlyFile.create(keys, "ab".repeat(32) + "\n");
        node = startWithBackup("one", "backup-key-file", keys.toString());
        awaitUploaded(node, write(node, "create table t(x)"));
        middle = write(node, "insert into t values ('a precious row')");
        last = write(node, "insert into t values (randomblob(300000))");
        awaitUploaded(node, last);
    }

    private BackupPlace place(Path keyFile) throws IOException {
        StoreUrl url = StoreUrl.parse(backupUrl()).child("app");
        return BackupPlace.find(new StoreAccess(null, keyFile).open(url), url.hasHexLevels(), OptionalLong.empty());
    }

    private RestoreResult restore(Path keyFile, RestorePoint point) throws IOException {
        return new Restore(place(keyFile), point, target(), false, (done, of) -> {}, MonotonicClock.SYSTEM).run();
    }

    @Test
    void everythingWorksAsWithoutAndNothingIsReadable() throws Exception {
        assertThat(restore(keys, LATEST).state()).isEqualTo(last.checksum());
        assertThat(restore(keys, new RestorePoint.AtTxid(middle.txid())).state())
                .isEqualTo(middle.checksum());
        assertThat(new Compaction(place(keys)).compactInto(1)).isTrue();
        assertThat(new Compaction(place(keys)).snapshot()).isTrue();
        assertThat(restore(keys, LATEST).isStateProven()).isTrue();
        try (Stream<Path> files = Files.walk(backup())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(text).as(file.toString()).startsWith("RSQLENC1").doesNotContain("precious", "databaseId");
            }
        }
    }

    @Test
    void withoutTheKeyNothingIsWritten() throws Exception {
        assertThatThrownBy(() -> restore(null, LATEST))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("is encrypted with key");
        Path others = directory.resolve("others");
        OwnerOnlyFile.create(others, "cd".repeat(32));
        assertThatThrownBy(() -> restore(others, LATEST)).hasMessageContaining("which is not in " + others);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("restored"));
        }
    }

    @Test
    void aNodeWithoutTheKeyUploadsNothingAndSaysWhy() throws Exception {
        stop("one");
        long objects = count();
        ReplicaNode other = startWithBackup("one");
        write(other, "insert into t values (1)");
        await("the refusal", () -> String.valueOf(status(other).problem()).contains("is encrypted with key"));
        assertThat(count()).isEqualTo(objects);
    }

    @Test
    void keysAreReplacedWhileTheNodeRunsAndAFollowerBeginsInTheBackup() throws Exception {
        OwnerOnlyFile.replace(keys, "ef".repeat(32) + "\n" + "ab".repeat(32) + "\n");
        Position later = write(node, "insert into t values ('under the new key')");
        awaitUploaded(node, later);
        assertThat(restore(keys, LATEST).state()).isEqualTo(later.checksum());
        ReplicaNode two = startWithBackup("two", "backup-key-file", keys.toString(), "bootstrap", "backup");
        awaitApplied(two, later);
        assertSound(two);
    }

    private long count() throws IOException {
        try (Stream<Path> files = Files.walk(backup())) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
