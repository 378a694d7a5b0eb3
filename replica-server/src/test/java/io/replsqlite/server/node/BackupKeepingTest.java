package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.BackupKeeper;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.compact.KeepingSettings;
import io.replsqlite.server.backup.compact.Retention;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.CountingStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compaction and retention of a real backup: whatever is merged or deleted, what must be restorable is. */
class BackupKeepingTest extends BackupFixture {
    private static final RestorePoint LATEST = new RestorePoint.Latest();
    private static final KeepingSettings NOTHING = new KeepingSettings(
            KeepingSettings.LEVELS, Duration.ofHours(1), Duration.ofMillis(1), Duration.ofMillis(1));
    private static final KeepingSettings EVERYTHING =
            new KeepingSettings(KeepingSettings.LEVELS, Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(1));

    private final List<Position> positions = new ArrayList<>();

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private void fill(ReplicaNode node, Random random, int commits) throws Exception {
        for (int i = 0; i < commits; i++) {
            positions.add(write(
                    node,
                    switch (random.nextInt(8)) {
                        case 0 -> "delete from t where rowid % 2 = 0";
                        case 1 -> "update t set x = x || x where rowid % 4 = 1";
                        default -> "insert into t values (randomblob(" + random.nextInt(5000) + "))";
                    }));
            if (random.nextInt(5) == 0) {
                awaitUploaded(node, last());
            }
        }
        awaitUploaded(node, last());
    }

    private Position last() {
        return positions.get(positions.size() - 1);
    }

    private void retain(KeepingSettings settings) throws Exception {
        long tomorrow = System.currentTimeMillis() + Duration.ofHours(20).toMillis();
        assertThat(new Retention(place(), settings, tomorrow).run()).isGreaterThanOrEqualTo(0);
    }

    private List<BackupObject> files(int level) throws Exception {
        return place().catalogue().files().stream()
                .filter(file -> file.level() == level)
                .toList();
    }

    @Test
    void mergingAndDeletingInAnyOrderNeverLosesTheNewestState() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ReplicaNode node = startWithBackup("one");
        positions.add(write(node, "create table t(x)"));
        for (int round = 0; round < 10; round++) {
            fill(node, random, 8);
            switch (random.nextInt(5)) {
                case 0 -> new Compaction(place()).snapshot();
                case 1 -> retain(NOTHING);
                case 2 -> retain(EVERYTHING);
                default -> new Compaction(place()).compactInto(1 + random.nextInt(3));
            }
            assertRestores(LATEST, last());
        }
        stop("one");
        ReplicaNode again = startWithBackup("one");
        fill(again, random, 3);
        assertRestores(LATEST, last());
        assertThat(names(backup().resolve("app/generations"))).hasSize(1);
    }

    @Test
    void aMergedFileStandsForItsInputsAndKeepsItsState() throws Exception {
        ReplicaNode node = startWithBackup("one");
        positions.add(write(node, "create table t(x)"));
        fill(node, new Random(1), 30);
        int before = Restore.plan(place(), LATEST).files().size();
        assertThat(new Compaction(place()).compactInto(1)).isTrue();
        assertThat(new Compaction(place()).compactInto(1)).isFalse();
        assertThat(new Compaction(place()).compactInto(2)).isTrue();
        retain(NOTHING);
        assertThat(files(0)).hasSize(1);
        assertThat(Restore.plan(place(), LATEST).files())
                .hasSizeLessThan(before)
                .hasSize(2);
        assertRestores(LATEST, last());
    }

    @Test
    void aSnapshotIsMadeOfFilesAndNeedsNoOther() throws Exception {
        ReplicaNode node = startWithBackup("one");
        positions.add(write(node, "create table t(x)"));
        fill(node, new Random(2), 10);
        assertThat(new Compaction(place()).snapshot()).isTrue();
        assertThat(new Compaction(place()).snapshot()).isFalse();
        assertThat(Restore.plan(place(), LATEST).files()).hasSize(1);
        assertRestores(LATEST, last());
    }

    @Test
    void theTwoNewestSnapshotsAndWhatLeadsOnFromThemStay() throws Exception {
        ReplicaNode node = startWithBackup("one");
        positions.add(write(node, "create table t(x)"));
        List<Position> snapshots = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            fill(node, new Random(i), 6);
            new Compaction(place()).compactInto(1);
            new Compaction(place()).snapshot();
            snapshots.add(last());
        }
        fill(node, new Random(9), 6);
        new Compaction(place()).compactInto(1);
        retain(NOTHING);
        assertThat(files(9))
                .extracting(BackupObject::max)
                .containsExactly(
                        snapshots.get(2).txid().value(), snapshots.get(3).txid().value());
        assertRestores(new RestorePoint.AtTxid(snapshots.get(2).txid()), snapshots.get(2));
        assertRestores(LATEST, last());
    }

    @Test
    void whileNothingIsUploadedNothingIsAskedOfTheStore() throws Exception {
        ReplicaNode node = startWithBackup("one");
        positions.add(write(node, "create table t(x)"));
        fill(node, new Random(5), 5);
        CountingStore counting = new CountingStore(place().store());
        KeepingSettings hasty = new KeepingSettings(
                List.of(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1)),
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                Duration.ofMillis(1));
        AtomicLong uploaded = new AtomicLong(last().txid().value());
        try (BackupKeeper keeper =
                new BackupKeeper("app", counting::store, false, hasty, uploaded::get, MonotonicClock.SYSTEM)) {
            keeper.start();
            await("the first snapshot", () -> files(9).stream().anyMatch(file -> file.max() == uploaded.get()));
            await("rest", () -> isAtRest(counting));
            uploaded.incrementAndGet();
            counting.reset();
            await("work again", () -> counting.calls("list") > 0);
            await("rest", () -> isAtRest(counting));
            assertThat(counting.calls("list"))
                    .as("lists for four levels at once, which otherwise come one at a time: %s", counting.calls())
                    .isLessThan(150);
        }
    }

    /** The keeper looks every half second whether there is work. */
    private static boolean isAtRest(CountingStore counting) throws InterruptedException {
        Map<String, Integer> before = counting.calls();
        TimeUnit.MILLISECONDS.sleep(1200);
        return counting.calls().equals(before);
    }

    @Test
    void aCompactionThatIsCutShortIsRepeated() throws Exception {
        ReplicaNode node = startWithBackup("one");
        positions.add(write(node, "create table t(x)"));
        fill(node, new Random(3), 10);
        FailurePoint.arm("BACKUP_COMPACTED=error");
        try {
            new Compaction(place()).compactInto(1);
        } catch (IOException injected) {
            assertThat(injected).hasMessageContaining("injected");
        }
        FailurePoint.arm("");
        retain(NOTHING);
        assertRestores(LATEST, last());
    }

    @Test
    void aRestoreWhoseFilesAreDeletedMeanwhileFindsAnotherWay() throws Exception {
        ReplicaNode node = startWithBackup("one");
        positions.add(write(node, "create table t(x)"));
        fill(node, new Random(4), 20);
        boolean[] deleted = new boolean[1];
        Restore.Progress compactAndDelete = (done, of) -> {
            if (!deleted[0]) {
                deleted[0] = true;
                try {
                    new Compaction(place()).compactInto(1);
                    retain(NOTHING);
                } catch (Exception failure) {
                    throw new AssertionError(failure);
                }
            }
        };
        var result = new Restore(place(), LATEST, target(), false, compactAndDelete, MonotonicClock.SYSTEM).run();
        assertThat(deleted[0]).isTrue();
        assertThat(result.state()).isEqualTo(last().checksum());
    }
}
