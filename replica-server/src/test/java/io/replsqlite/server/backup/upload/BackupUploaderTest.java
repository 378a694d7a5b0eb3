package io.replsqlite.server.backup.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Planner;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import io.replsqlite.server.backup.upload.BackupStatus.State;
import io.replsqlite.server.log.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uploaders of one history and of forks, against one store that fails, races and restarts. */
@Timeout(60)
class BackupUploaderTest {
    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private long seed;
    private Random random;

    @BeforeEach
    void seed() {
        seed = Long.getLong("backup.seed", System.nanoTime());
        System.out.println("backup.seed " + seed);
        random = new Random(seed);
    }

    @AfterEach
    void close() throws Exception {
        FailurePoint.arm("");
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private ObjectStore store() {
        try {
            return Stores.open(StoreUrl.parse("file://" + directory.resolve("backup")), null);
        } catch (java.io.IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private BackupUploader start(ModelLog model, long epoch, ObjectStore store, UUID id) {
        return start(model, epoch, store, id, model.log().durableGate());
    }

    private BackupUploader start(ModelLog model, long epoch, ObjectStore store, UUID id, PositionGate committed) {
        BackupSource source =
                new BackupSource("app", id, "node", new Epoch(epoch), model.log(), committed, () -> true, model.base());
        BackupSettings.Destination destination = new BackupSettings.Destination("store", false, () -> store);
        BackupUploader uploader = new BackupUploader(source, destination, Duration.ofMillis(5), MonotonicClock.SYSTEM);
        uploader.start();
        return keep(uploader);
    }

    private BackupUploader start(ModelLog model, long epoch) {
        return start(model, epoch, store(), ModelLog.DATABASE);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        await(() -> what, condition);
    }

    private static void await(Supplier<String> what, Callable<Boolean> condition) throws Exception {
        Deadline deadline = Deadline.after(Duration.ofSeconds(20), MonotonicClock.SYSTEM);
        while (!condition.call()) {
            assertThat(deadline.hasPassed())
                    .as(() -> "waited for " + what.get())
                    .isFalse();
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private static void awaitUploaded(BackupUploader uploader, Position position) throws Exception {
        await(
                () -> "upload of " + position + "; " + uploader.status(),
                () -> uploader.status().uploaded().equals(position));
    }

    private BackupPlace place() throws Exception {
        return BackupPlace.find(store(), false, OptionalLong.empty());
    }

    private StateChecksum stateAt(RestorePoint point) throws Exception {
        return ModelRestore.stateAt(place(), point);
    }

    @Test
    void everyTxidOfAFaultyUploadCanBeRestored() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        BackupUploader uploader = start(model, 1, new FaultyStore(store(), seed, 20), ModelLog.DATABASE);
        await(
                () -> "the base; " + uploader.status(),
                () -> uploader.status().uploaded().txid().value() > 0);
        long oldest = uploader.status().uploaded().txid().value();
        List<Position> positions = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            positions.add(model.commit(1, random));
            if (random.nextInt(10) == 0) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
            }
        }
        awaitUploaded(uploader, model.position());
        assertThat(oldest).isLessThan(positions.get(0).txid().value());
        for (Position position : positions) {
            assertThat(stateAt(new RestorePoint.AtTxid(position.txid()))).isEqualTo(position.checksum());
        }
    }

    @Test
    void anOutageIsMadeUpForInOrder() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        FaultyStore store = new FaultyStore(store(), seed, 0);
        BackupUploader uploader = start(model, 1, store, ModelLog.DATABASE);
        awaitUploaded(uploader, model.position());
        store.down(true);
        for (int i = 0; i < 50; i++) {
            Position ignored = model.commit(1, random);
        }
        await("an error", () -> uploader.status().state() == State.RETRYING);
        assertThat(uploader.status().lagTxids()).isEqualTo(50);
        assertThat(uploader.status().errors()).containsKey("UNAVAILABLE");
        assertThat(uploader.status().problem()).contains("injected");
        store.down(false);
        awaitUploaded(uploader, model.position());
        await(
                "level",
                () -> uploader.status().problem() == null && uploader.status().lagMillis() == 0);
    }

    @Test
    void aClaimWithoutItsFileIsFinishedAfterARestart() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        BackupUploader first = start(model, 1);
        awaitUploaded(first, model.position());
        FailurePoint.arm("BACKUP_CLAIMED=error");
        Position position = model.commit(1, random);
        await("the failure", () -> first.status().state() == State.RETRYING);
        first.close();
        FailurePoint.arm("");
        assertThat(BackupObject.list(store(), place().keys(), 0)).isEmpty();
        Position more = model.commit(1, random);
        BackupUploader second = start(model, 2);
        awaitUploaded(second, more);
        assertThat(stateAt(new RestorePoint.AtTxid(position.txid()))).isEqualTo(position.checksum());
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(more.checksum());
    }

    @Test
    void anUploadWhoseEndNobodyHeardOfIsNotRepeated() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        BackupUploader first = start(model, 1);
        awaitUploaded(first, model.position());
        FailurePoint.arm("BACKUP_UPLOADED=error");
        Position position = model.commit(1, random);
        await("the failure", () -> first.status().state() == State.RETRYING);
        first.close();
        FailurePoint.arm("");
        BackupUploader second = start(model, 2);
        awaitUploaded(second, position);
        assertThat(second.status().objects()).isZero();
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(position.checksum());
    }

    @Test
    void aGapInTheLogIsHealedByASnapshot() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        BackupUploader first = start(model, 1);
        awaitUploaded(first, model.position());
        first.close();
        for (int i = 0; i < 100; i++) {
            Position ignored = model.commit(1, random);
        }
        int deleted = model.log().retain(new RetentionPolicy(-1, 0, new Txid(90)));
        assertThat(deleted).isPositive();
        BackupUploader second = start(model, 2);
        awaitUploaded(second, model.position());
        Position after = model.commit(2, random);
        awaitUploaded(second, after);
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(after.checksum());
        assertThat(place().generation()).isNotNull();
        assertThat(place().generation().number()).isEqualTo(1);
    }

    @Test
    void commitsThatWereLostInAFailoverEndTheirGeneration() throws Exception {
        ModelLog one = keep(new ModelLog(directory.resolve("one"), random));
        ModelLog two = keep(new ModelLog(directory.resolve("two"), one));
        BackupUploader old = start(one, 1);
        Position lost = one.commit(1, random);
        awaitUploaded(old, lost);
        two.beginEpoch(2);
        Position surviving = two.commit(2, random);
        BackupUploader successor = start(two, 2);
        awaitUploaded(successor, surviving);
        assertThat(place().generation().number()).isEqualTo(2);
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(surviving.checksum());
        BackupPlace former = BackupPlace.find(store(), false, OptionalLong.of(1));
        RestorePlan plan = new Planner(former.catalogue(), former.generation()).plan(new RestorePoint.Latest());
        assertThat(plan.expected().position()).isEqualTo(lost);
    }

    @Test
    void aDeposedPrimaryStopsWhenItMeetsItsSuccessor() throws Exception {
        ModelLog one = keep(new ModelLog(directory.resolve("one"), random));
        ModelLog two = keep(new ModelLog(directory.resolve("two"), one));
        BackupUploader old = start(one, 1);
        awaitUploaded(old, one.position());
        two.beginEpoch(2);
        Position surviving = two.commit(2, random);
        awaitUploaded(start(two, 2), surviving);
        Position lost = one.commit(1, random);
        await("the end", () -> old.status().state() == State.DEPOSED);
        assertThat(old.status().problem()).contains("Another primary");
        assertThat(lost.txid()).isEqualTo(surviving.txid());
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(surviving.checksum());
    }

    @RepeatedTest(5)
    void twoPrimariesThatRaceLeaveTheSuccessorsHistory() throws Exception {
        ModelLog one = keep(new ModelLog(directory.resolve("one"), random));
        for (int i = 0; i < 10; i++) {
            Position ignored = one.commit(1, random);
        }
        ModelLog two = keep(new ModelLog(directory.resolve("two"), one));
        BackupUploader old = start(one, 1, new FaultyStore(store(), seed, 5), ModelLog.DATABASE);
        two.beginEpoch(2);
        BackupUploader successor = start(two, 2, new FaultyStore(store(), seed + 1, 5), ModelLog.DATABASE);
        List<Position> surviving = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Position ignored = one.commit(1, random);
            surviving.add(two.commit(2, random));
            TimeUnit.MILLISECONDS.sleep(random.nextInt(4));
        }
        awaitUploaded(successor, two.position());
        assertThat(old.status().uploaded()).isNotEqualTo(two.position());
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(two.position().checksum());
        long oldest = place().catalogue().oldest().orElseThrow();
        for (Position position : surviving) {
            if (position.txid().value() >= oldest) {
                assertThat(stateAt(new RestorePoint.AtTxid(position.txid()))).isEqualTo(position.checksum());
            }
        }
    }

    @Test
    void whatTheVotersDoNotHaveYetIsNotUploaded() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        PositionGate committed = new PositionGate(model.position().txid());
        BackupUploader uploader = start(model, 1, store(), ModelLog.DATABASE, committed);
        awaitUploaded(uploader, model.position());
        List<Position> positions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            positions.add(model.commit(1, random));
        }
        Position half = positions.get(9);
        committed.advance(half.txid().value());
        awaitUploaded(uploader, half);
        await("level with what is committed", () -> uploader.status().lagMillis() == 0);
        assertThat(uploader.status().uploaded()).isEqualTo(half);
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(half.checksum());
        assertThat(store().list(place().keys().rounds()))
                .extracting(object -> BackupKeys.roundOf(object.name()).orElseThrow())
                .allMatch(first -> first <= half.txid().value());
        committed.advance(model.position().txid().value());
        awaitUploaded(uploader, model.position());
    }

    @Test
    void theSnapshotOfAStateThatTheVotersDoNotHaveIsNotUploaded() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        PositionGate committed = new PositionGate(model.position().txid());
        Position pending = model.commit(1, random);
        BackupUploader uploader = start(model, 1, store(), ModelLog.DATABASE, committed);
        await("the snapshot is made", () -> uploader.status().state() == State.BASE);
        assertThat(store().list("0000000000000001/rounds/")).isEmpty();
        committed.advance(pending.txid().value());
        awaitUploaded(uploader, pending);
    }

    /** Each LIST is money, and most databases are idle most of the time. */
    @Test
    void anIdleBackupAsksNothingOfItsStore() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        FaultyStore counting = new FaultyStore(store(), seed, 0);
        BackupUploader uploader = start(model, 1, counting, ModelLog.DATABASE);
        awaitUploaded(uploader, model.position());
        await("the first idle round", () -> uploader.status().lagMillis() == 0);
        long calls = counting.calls();
        long levelRounds = 50;
        TimeUnit.MILLISECONDS.sleep(5 * levelRounds);
        assertThat(counting.calls()).isEqualTo(calls);
        awaitUploaded(uploader, model.commit(1, random));
        assertThat(counting.calls()).as("a claim and a file").isEqualTo(calls + 2);
    }

    @Test
    void aGenerationWhoseSnapshotIsNotThereYetDoesNotHideTheOneBefore() throws Exception {
        ModelLog one = keep(new ModelLog(directory.resolve("one"), random));
        ModelLog two = keep(new ModelLog(directory.resolve("two"), one));
        BackupUploader old = start(one, 1);
        Position lost = one.commit(1, random);
        awaitUploaded(old, lost);
        two.beginEpoch(2);
        Position surviving = two.commit(2, random);
        FailurePoint.arm("BACKUP_CLAIMED=error");
        BackupUploader successor = start(two, 2);
        await("the failure", () -> successor.status().state() == State.RETRYING);
        assertThat(store().list(BackupKeys.GENERATIONS)).hasSize(2);
        assertThat(place().generation().number()).isEqualTo(1);
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(lost.checksum());
        FailurePoint.arm("");
        awaitUploaded(successor, surviving);
        assertThat(place().generation().number()).isEqualTo(2);
        assertThat(stateAt(new RestorePoint.Latest())).isEqualTo(surviving.checksum());
    }

    @Test
    void theBackupOfAnotherDatabaseIsNotTouched() throws Exception {
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        awaitUploaded(start(model, 1), model.position());
        ModelLog stranger = keep(new ModelLog(directory.resolve("other"), random));
        BackupUploader uploader = start(stranger, 7, store(), new UUID(3, 4));
        await("the refusal", () -> uploader.status().state() == State.REFUSED);
        assertThat(uploader.status().problem()).contains("another database").contains("nothing was written");
        assertThat(place().generation().number()).isEqualTo(1);
    }

    @Test
    void aReplicaOfLitestreamIsNotTouched() throws Exception {
        String litestreams = "ltx/0/0000000000000001-0000000000000001.ltx";
        assertThat(store().putIfAbsent(litestreams, new byte[200], 0)).isTrue();
        ModelLog model = keep(new ModelLog(directory.resolve("log"), random));
        BackupUploader uploader = start(model, 1);
        await("the refusal", () -> uploader.status().state() == State.REFUSED);
        assertThat(uploader.status().problem()).contains("Litestream");
        assertThat(store().list("generations/")).isEmpty();
    }
}
