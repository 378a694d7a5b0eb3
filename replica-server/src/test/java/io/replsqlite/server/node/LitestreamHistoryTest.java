package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.compact.KeepingSettings;
import io.replsqlite.server.backup.compact.Retention;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.DatabaseCheck;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.CountingStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Litestream 0.5 was reported to do wrong, done here; the table is in docs/backup.md. */
@Timeout(120)
class LitestreamHistoryTest extends BackupFixture {
    private static final RestorePoint LATEST = new RestorePoint.Latest();
    private static final KeepingSettings NOTHING = new KeepingSettings(
            KeepingSettings.LEVELS, Duration.ofHours(1), Duration.ofMillis(1), Duration.ofMillis(1));

    private Path inBackup(BackupObject object) {
        return backup().resolve("app").resolve(object.key());
    }

    private List<BackupObject> files(int level) throws Exception {
        return place().catalogue().files().stream()
                .filter(file -> file.level() == level)
                .toList();
    }

    /** One commit, one file: the position is awaited each time. */
    private Position writeFiles(ReplicaNode node, int count) throws Exception {
        Position last = Position.START;
        for (int i = 0; i < count; i++) {
            last = write(node, "insert into t values (randomblob(300))");
            awaitUploaded(node, last);
        }
        return last;
    }

    private ReplicaNode startWithTable() throws Exception {
        ReplicaNode node = startWithBackup("one", "backup-interval", "1ms");
        awaitUploaded(node, write(node, "create table t(x)"));
        return node;
    }

    /** #752, #1083: the WAL was checkpointed while nobody watched. */
    @Test
    void commitsAndCheckpointsWhileTheNodeWasDownAreInTheBackupAfterwards() throws Exception {
        ReplicaNode node = startWithTable();
        Position before = writeFiles(node, 3);
        Path file = database(node).paths().databaseFile();
        stop("one");
        try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = plain.createStatement()) {
            statement.execute("insert into t values (randomblob(9000))");
            statement.execute("pragma wal_checkpoint(truncate)");
            statement.execute("update t set x = randomblob(100)");
        }
        ReplicaNode again = startWithBackup("one", "backup-interval", "1ms");
        Position last = write(again, "insert into t values (1)");
        assertThat(last.txid().value()).isGreaterThan(before.txid().value() + 1);
        awaitUploaded(again, last);
        assertRestores(LATEST, last);
    }

    /** #847, #857: overlapping files of a level. */
    @Test
    void filesOfALevelThatOverlapDoNotConfuseTheRestore() throws Exception {
        ReplicaNode node = startWithTable();
        Position middle = writeFiles(node, 5);
        assertThat(new Compaction(place()).compactInto(1)).isTrue();
        BackupObject shorter = files(1).get(0);
        byte[] content = Files.readAllBytes(inBackup(shorter));
        Files.delete(inBackup(shorter));
        Position last = writeFiles(node, 5);
        assertThat(new Compaction(place()).compactInto(1)).isTrue();
        Files.write(inBackup(shorter), content);
        assertThat(files(1)).hasSize(2).extracting(BackupObject::min).containsOnly(shorter.min());
        assertRestores(LATEST, last);
        assertRestores(new RestorePoint.AtTxid(middle.txid()), middle);
        assertThat(new Compaction(place()).compactInto(2)).isTrue();
        assertRestores(LATEST, last);
    }

    /** #930: one HEAD request an object. */
    @Test
    void aMomentIsFoundWithAFewRequestsHoweverManyFilesThereAre() throws Exception {
        ReplicaNode node = startWithTable();
        Position last = writeFiles(node, 120);
        assertThat(files(0)).hasSizeGreaterThan(100);
        long newest = status(node).uploadedMillis();
        CountingStore counting = new CountingStore(place().store());
        BackupPlace place = new BackupPlace(counting.store(), place().keys(), place().generation());
        RestorePlan plan = Restore.plan(place, new RestorePoint.AtMoment(newest));
        assertThat(plan.txid()).isEqualTo(last.txid().value());
        assertThat(counting.calls("read", "readAll")).as("%s", counting.calls()).isLessThan(20);
        assertThat(counting.calls("list")).as("%s", counting.calls()).isLessThan(20);
    }

    /** A timestamp restore of Litestream stops silently at a gap. */
    @Test
    void aMomentBehindAGapIsRefusedAndNotRoundedDown() throws Exception {
        ReplicaNode node = startWithTable();
        Position last = writeFiles(node, 8);
        BackupObject middle = files(0).get(4);
        Files.delete(inBackup(middle));
        long newest = status(node).uploadedMillis();
        assertThatThrownBy(() -> restore(new RestorePoint.AtMoment(newest), target()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("txid " + last.txid().value());
    }

    /** #927, #944, #1165, #1197: full-size files every few minutes; #1510, #1514: the first compaction rewrites them. */
    @Test
    void restartsCheckpointsAndCompactionMakeNoFilesOfTheDatabasesSize() throws Exception {
        ReplicaNode plain = start("one");
        write(plain, "create table t(x)");
        write(
                plain,
                "insert into t with recursive c(n) as (values(1) union all select n + 1 from c where n < 500)"
                        + " select randomblob(4000) from c");
        stop("one");
        Position last = Position.START;
        for (int start = 0; start < 3; start++) {
            ReplicaNode node = startWithBackup("one", "checkpoint-pages", "5", "backup-interval", "1ms");
            last = writeFiles(node, 10);
            stop("one");
        }
        while (new Compaction(place()).compactInto(1)) {
            assertThat(new Compaction(place()).compactInto(2)).isTrue();
            assertThat(new Compaction(place()).compactInto(3)).isTrue();
        }
        assertThat(files(9)).as("snapshots").hasSize(1);
        assertThat(files(9).get(0).sizeBytes()).isGreaterThan(2_000_000);
        for (int level = 0; level <= 3; level++) {
            assertThat(files(level)).as("level %d", level).isNotEmpty().allMatch(file -> file.sizeBytes() < 200_000);
        }
        assertRestores(LATEST, last);
    }

    /** #1262, #1456: one file a compaction; thousands of files; a descriptor for each of them in a restore. */
    @Test
    void compactionTakesAllFilesHoweverManyThereAreAndSoDoesARestore() throws Exception {
        ReplicaNode node = startWithTable();
        Position last = writeFiles(node, 300);
        assertRestores(LATEST, last);
        int rounds = 0;
        while (new Compaction(place()).compactInto(1)) {
            rounds++;
        }
        assertThat(rounds).isBetween(2, 4);
        assertThat(files(1).get(files(1).size() - 1).max())
                .isEqualTo(last.txid().value());
        assertThat(new Retention(place(), NOTHING, System.currentTimeMillis() + 1000).run())
                .isPositive();
        assertThat(files(0)).hasSize(1);
        assertRestores(LATEST, last);
    }

    /** #1431: a panic on a file that ends too early. */
    @Test
    void aFileThatIsCutAnywhereIsNamed() throws Exception {
        ReplicaNode node = startWithTable();
        writeFiles(node, 3);
        for (BackupObject object : Restore.plan(place(), LATEST).files()) {
            byte[] good = Files.readAllBytes(inBackup(object));
            for (int length : new int[] {0, 1, 99, 100, good.length / 2, good.length - 17, good.length - 1}) {
                Files.write(inBackup(object), java.util.Arrays.copyOf(good, length));
                assertThatThrownBy(() -> restore(LATEST, target()))
                        .as("%s cut to %d of %d bytes", object.key(), length, good.length)
                        .isInstanceOf(java.io.IOException.class)
                        .hasMessageContaining(object.name().toString());
            }
            Files.write(inBackup(object), good);
        }
    }

    /** #1428: two tables in the user's database; #784, #1310: local copies that fill the disk. */
    @Test
    void nothingIsAddedToTheDatabaseAndNothingIsStagedOnTheDisk() throws Exception {
        ReplicaNode node = startWithTable();
        Position last = writeFiles(node, 5);
        List<String> before = new ArrayList<>(filesOf("one"));
        Path restored = target();
        assertThat(restore(LATEST, restored).txid()).isEqualTo(last.txid().value());
        try (Connection connection = DatabaseCheck.open(restored)) {
            assertThat(DatabaseCheck.rowCounts(connection)).containsOnlyKeys("t");
        }
        assertThat(before).allMatch(name -> name.matches("app\\.db(-wal|-shm|-replsqlite)?"));
        assertThat(names(directory.resolve("one/app.db-replsqlite")))
                .doesNotContain("backup")
                .noneMatch(name -> name.endsWith(".ltx"));
    }

    /** #1307: retention at any moment of a restore; what it has listed may be gone when it is read. */
    @Test
    void retentionAtEveryMomentOfARestoreLeavesItAWay() throws Exception {
        ReplicaNode node = startWithTable();
        for (int i = 0; i < 3; i++) {
            writeFiles(node, 6);
            new Compaction(place()).compactInto(1);
            new Compaction(place()).snapshot();
        }
        Position last = writeFiles(node, 6);
        for (long moment = 0; moment < 6; moment++) {
            long[] reads = new long[1];
            long at = moment;
            Restore.Progress deleting = (done, of) -> {
                if (reads[0]++ == at) {
                    try {
                        new Compaction(place()).compactInto(1);
                        new Compaction(place()).snapshot();
                        new Retention(place(), NOTHING, System.currentTimeMillis() + 1000).run();
                    } catch (Exception failure) {
                        throw new AssertionError(failure);
                    }
                }
            };
            var result = new Restore(place(), LATEST, target(), false, deleting, MonotonicClock.SYSTEM).run();
            assertThat(result.state()).isEqualTo(last.checksum());
            last = writeFiles(node, 3);
        }
    }
}
