package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.EpochHistory.Standing;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cluster is lost with all of its directories, and lives on from its backup. */
class RebirthTest extends BackupFixture {
    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    static NodeRebirth plan(Path directory, String backup) throws IOException {
        return NodeRebirth.plan(
                directory,
                StoreUrl.parse(backup),
                StoreAccess.OF_ENVIRONMENT,
                List.of(),
                new RestorePoint.Latest(),
                MonotonicClock.SYSTEM);
    }

    /** A cluster of one that has written this much; then nothing of it is left but the backup. */
    private Position lose(int rows) throws Exception {
        ReplicaNode node = startWithBackup("one");
        Position last = write(node, "create table t(x)");
        awaitUploaded(node, last);
        for (int i = 0; i < rows; i++) {
            last = write(node, "insert into t values (" + i + ")");
        }
        awaitUploaded(node, last);
        stop("one");
        DurableFiles.deleteTree(directory.resolve("one"));
        DurableFiles.deleteTree(directory.resolve("lease"));
        return last;
    }

    private void rebirth(String name) throws IOException {
        try (NodeRebirth rebirth = plan(directory.resolve(name), backupUrl())) {
            rebirth.run((done, of) -> {});
        }
    }

    @Test
    void theClusterLivesOnAndTheBackupGoesOnInTheSamePlace() throws Exception {
        Position before = lose(5);
        UUID id = place().generation().databaseId();
        rebirth("reborn");
        ReplicaNode reborn = startWithBackup("reborn");
        assertThat(database(reborn).id()).isEqualTo(id);
        assertThat(count("reborn")).isEqualTo(5);
        Position after = write(reborn, "insert into t values ('after')");
        assertThat(after.epoch().value()).isGreaterThan(before.epoch().value() + 1);
        assertThat(after.txid().value()).isEqualTo(before.txid().value() + 1_000_000_001L);
        awaitUploaded(reborn, after);
        assertRestores(new RestorePoint.Latest(), after);
        assertRestores(new RestorePoint.AtTxid(before.txid()), before);
        assertSound(reborn);
    }

    @Test
    void whatTheLostClusterHadAndDidNotBackUpIsLostByName() throws Exception {
        Position before = lose(3);
        rebirth("reborn");
        ReplicaNode reborn = startWithBackup("reborn");
        write(reborn, "insert into t values ('after')");
        EpochHistory history = new EpochHistory(database(reborn).files().orElseThrow().log().epochHistory().stream()
                .map(tenure -> new EpochHistory.Start(tenure.epoch(), tenure.firstTxid()))
                .toList());
        assertThat(history.of(before.epoch(), before.txid())).isEqualTo(Standing.HELD);
        assertThat(history.of(before.epoch(), before.txid().next())).isEqualTo(Standing.LOST);
        assertThat(history.of(before.epoch().next(), new Txid(before.txid().value() + 50)))
                .as("an epoch that the backup never heard of")
                .isEqualTo(Standing.LOST);
    }

    @Test
    void anotherNodeWithAnEmptyDirectoryFollowsTheRebornOne() throws Exception {
        lose(5);
        rebirth("reborn");
        ReplicaNode reborn = startWithBackup("reborn");
        Position after = write(reborn, "insert into t values ('after')");
        awaitUploaded(reborn, after);
        ReplicaNode two = startWithBackup("two", "bootstrap", "backup");
        awaitApplied(two, write(reborn, "insert into t values ('later')"));
        assertSound(two);
        assertThat(count("two")).isEqualTo(7);
    }

    @Test
    void aSecondLossIsSurvivedLikeTheFirst() throws Exception {
        lose(2);
        rebirth("reborn");
        ReplicaNode reborn = startWithBackup("reborn");
        Position after = write(reborn, "insert into t values ('after')");
        awaitUploaded(reborn, after);
        stop("reborn");
        DurableFiles.deleteTree(directory.resolve("reborn"));
        DurableFiles.deleteTree(directory.resolve("lease"));
        rebirth("again");
        ReplicaNode again = startWithBackup("again");
        Position last = write(again, "insert into t values ('again')");
        awaitUploaded(again, last);
        assertThat(last.txid().value()).isEqualTo(after.txid().value() + 1_000_000_001L);
        assertRestores(new RestorePoint.Latest(), last);
        assertRestores(new RestorePoint.AtTxid(after.txid()), after);
    }

    @Test
    void twoDatabasesAreListedTogetherOrNotAtAll() throws Exception {
        ReplicaNode node = startWithBackup("one", "databases", "app,orders");
        await(
                "both uploads",
                () -> node.databases().open().stream()
                                .filter(one -> one.backups().stream()
                                        .anyMatch(backup ->
                                                backup.uploaded().txid().value() > 0))
                                .count()
                        == 2);
        stop("one");
        DurableFiles.deleteTree(directory.resolve("lease"));
        Path listed = directory.resolve("reborn/.replsqlite/catalogue.json");
        int failures = 0;
        while (isCutShort("METADATA_WRITTEN=error@" + (failures + 1))) {
            failures++;
            assertThat(listed).doesNotExist();
        }
        assertThat(failures).as("places where it was cut short").isGreaterThan(3);
        assertThat(Files.readString(listed)).contains("app").contains("orders");
    }

    private boolean isCutShort(String point) {
        FailurePoint.arm(point);
        try {
            rebirth("reborn");
            return false;
        } catch (IOException injected) {
            assertThat(injected).hasMessageContaining("injected");
            return true;
        } finally {
            FailurePoint.arm("");
        }
    }

    @Test
    void aSecondRebirthBeforeTheFirstHasUploadedBeginsAboveIt() throws Exception {
        lose(3);
        rebirth("first");
        rebirth("second");
        List<Position> begun = new ArrayList<>();
        for (String name : List.of("first", "second")) {
            DurableFiles.deleteTree(directory.resolve("lease"));
            begun.add(write(start(name), "insert into t values (0)"));
            stop(name);
        }
        assertThat(begun.get(1).epoch().value())
                .isGreaterThan(begun.get(0).epoch().value() + 500);
        assertThat(begun.get(1).txid().value()).isEqualTo(begun.get(0).txid().value() + 1_000_000_000L);
    }

    @Test
    void aRebirthThatIsCutShortGoesOnAndNoNodeBeginsBefore() throws Exception {
        lose(5);
        Path directory = this.directory.resolve("reborn");
        for (String point : List.of("RESTORE_CHECKED=error", "LOG_RESETTING=error", "METADATA_WRITTEN=error@4")) {
            FailurePoint.arm(point);
            assertThatThrownBy(() -> rebirth("reborn")).hasMessageContaining("injected");
            FailurePoint.arm("");
            assertThat(directory.resolve(".replsqlite/catalogue.json")).doesNotExist();
        }
        rebirth("reborn");
        assertThat(count("reborn")).isEqualTo(5);
    }

    @Test
    void nothingIsWrittenWhereANodeIsOrNoBackup() throws Exception {
        lose(1);
        startWithBackup("alive", "backup", "file://" + directory.resolve("other-backup"));
        assertThatThrownBy(() -> rebirth("alive"))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("is the directory of a node");
        Path fresh = directory.resolve("fresh");
        assertThatThrownBy(() -> plan(fresh, backupUrl() + "/app"))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("no backup of any database below");
        assertThatThrownBy(() -> plan(fresh, "file://" + directory.resolve("nowhere")))
                .isInstanceOf(RestoreException.class);
        try (NodeRebirth planned = plan(fresh, backupUrl())) {
            assertThat(planned.databases())
                    .singleElement()
                    .satisfies(one -> assertThat(one.name()).isEqualTo("app"));
        }
        assertThat(fresh).doesNotExist();
        Files.createDirectories(fresh);
        Files.writeString(fresh.resolve("app.db"), "of somebody else");
        assertThatThrownBy(() -> rebirth("fresh")).hasMessageContaining("no node has served it");
        assertThat(fresh.resolve("app.db")).hasContent("of somebody else");
    }
}
