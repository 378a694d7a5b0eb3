package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.backup.storage.FaultProxy;
import io.replsqlite.server.backup.storage.FaultProxy.Fault;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.S3Server;
import io.replsqlite.server.backup.storage.StorageException;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import io.replsqlite.server.backup.upload.BackupStatus;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node's backup on a real S3 server, directly and through a proxy that spoils a part of the calls. */
@Timeout(120)
class BackupOnS3Test extends NodesFixture {
    /** Not SILENT, which a node bears for 30 s each; UploadFaultsTest has it with less patience. */
    private static final List<Fault> ANY = List.copyOf(EnumSet.complementOf(EnumSet.of(Fault.NONE, Fault.SILENT)));

    private S3Server server;
    private volatile Random random = new Random();
    private volatile int percent;
    private volatile Fault only = Fault.NONE;
    private FaultProxy proxy;
    private int restores;

    @BeforeEach
    void open() throws Exception {
        server = S3Server.start(directory.resolve("s3"));
        proxy = new FaultProxy(server.port(), this::fault);
    }

    @AfterEach
    void closeServer() throws Exception {
        stopAll();
        nodes.clear();
        proxy.close();
        server.close();
    }

    private Fault fault() {
        Random now = random;
        synchronized (now) {
            if (now.nextInt(100) >= percent) {
                return Fault.NONE;
            }
            return only != Fault.NONE ? only : ANY.get(now.nextInt(ANY.size()));
        }
    }

    private ReplicaNode start(String name, String url, Path credentials) throws Exception {
        return super.start(
                name, "backup", url, "backup-credentials-file", credentials.toString(), "backup-interval", "50ms");
    }

    private static BackupStatus status(ReplicaNode node) {
        return database(node).backups().get(0);
    }

    private static void awaitUploaded(ReplicaNode node, Position position) throws Exception {
        await(
                () -> "the upload of " + position + ", status " + status(node),
                () -> status(node).uploaded().txid().value() >= position.txid().value());
    }

    /** Looks at the bucket itself, not through the proxy. */
    private BackupPlace place(String path) throws IOException {
        StoreUrl url = StoreUrl.parse(server.url(path)).child("app");
        ObjectStore store = Stores.open(url, server.credentials());
        return BackupPlace.find(store, url.hasHexLevels(), OptionalLong.empty());
    }

    private void assertRestores(BackupPlace place, RestorePoint point, Position position) throws IOException {
        Path target = directory.resolve("restored" + restores++ + ".db");
        RestoreResult result = new Restore(place, point, target, false, (done, of) -> {}, MonotonicClock.SYSTEM).run();
        assertThat(result.state()).isEqualTo(position.checksum());
        assertThat(result.isStateProven()).isTrue();
    }

    @Test
    void streamsCompactsAndRestores() throws Exception {
        ReplicaNode node = start("one", server.url("plain"), server.credentials());
        awaitUploaded(node, write(node, "create table t(x)"));
        Position middle = write(node, "insert into t values (randomblob(3000))");
        Position last = write(
                node,
                "insert into t with recursive c(n) as (values(1) union all select n + 1 from c where n < 3000)"
                        + " select randomblob(4000) from c");
        awaitUploaded(node, last);
        assertRestores(place("plain"), new RestorePoint.Latest(), last);
        assertRestores(place("plain"), new RestorePoint.AtTxid(middle.txid()), middle);
        assertThat(place("plain").store().list("0000000000000001/0000/")).isNotEmpty();
        assertThat(new Compaction(place("plain")).compactInto(1)).isTrue();
        assertThat(new Compaction(place("plain")).snapshot()).isTrue();
        assertRestores(place("plain"), new RestorePoint.Latest(), last);
    }

    @Test
    void everyFaultInEveryFourthCallLosesNothing() throws Exception {
        long seed = Long.getLong("backup.seed", System.nanoTime());
        System.out.println("backup.seed " + seed);
        random = new Random(seed);
        ReplicaNode node = start("one", S3Server.urlThrough(proxy.port(), "faulty"), server.credentials());
        List<Position> positions = new ArrayList<>();
        positions.add(write(node, "create table t(x)"));
        awaitUploaded(node, positions.get(0));
        percent = 25;
        for (int i = 0; i < 60; i++) {
            if (i % 6 == 0) {
                awaitUploaded(node, positions.get(positions.size() - 1));
            }
            positions.add(write(node, "insert into t values (randomblob(" + random.nextInt(5000) + "))"));
        }
        while (status(node).errors().isEmpty()) { // calls are repeated before they count as failed
            positions.add(write(node, "insert into t values (0)"));
            awaitUploaded(node, positions.get(positions.size() - 1));
        }
        awaitUploaded(node, positions.get(positions.size() - 1));
        BackupPlace place = place("faulty");
        long oldest = place.catalogue().oldest().orElseThrow();
        for (Position position : positions) {
            boolean sampled = position.txid().value() % 10 == 0 || position == positions.get(60);
            if (sampled && position.txid().value() >= oldest) {
                assertRestores(place, new RestorePoint.AtTxid(position.txid()), position);
            }
        }
        assertThat(EnumSet.copyOf(proxy.injected()))
                .as("faults that were injected")
                .hasSizeGreaterThan(1);
    }

    @Test
    void refusedCallsQueueCommitsAndNeverStopThem() throws Exception {
        ReplicaNode node = start("one", S3Server.urlThrough(proxy.port(), "outage"), server.credentials());
        awaitUploaded(node, write(node, "create table t(x)"));
        only = Fault.STATUS_503;
        percent = 100;
        Position last = write(node, "insert into t values (0)");
        for (int i = 0; i < 20; i++) {
            last = write(node, "insert into t values (" + i + ")");
        }
        await("trouble", () -> status(node).state() == BackupStatus.State.RETRYING);
        assertThat(status(node).lagTxids()).isPositive();
        percent = 0;
        awaitUploaded(node, last);
        assertRestores(place("outage"), new RestorePoint.Latest(), last);
    }

    @Test
    void expiredCredentialsAreReplacedWhileEverythingRuns() throws Exception {
        Path credentials = directory.resolve("own-credentials");
        OwnerOnlyFile.create(credentials, "access_key_id=ak\nsecret_access_key=expired\n");
        ReplicaNode node = start("one", server.url("rotated"), credentials);
        Position written = write(node, "create table t(x)");
        await("the refusal", () -> status(node).errors().containsKey(StorageException.Kind.DENIED.name()));
        assertThat(String.valueOf(status(node).problem())).doesNotContain("expired");
        OwnerOnlyFile.replace(credentials, "access_key_id=ak\nsecret_access_key=sk\n");
        awaitUploaded(node, written);
        assertRestores(place("rotated"), new RestorePoint.Latest(), written);
    }

    @Test
    void threeFailoversLeaveOneHistory() throws Exception {
        Random choice = new Random(5);
        List<Position> positions = new ArrayList<>();
        ReplicaNode leader = start("one", server.url("failover"), server.credentials());
        positions.add(write(leader, "create table t(x)"));
        for (int failover = 0; failover <= 3; failover++) {
            for (int i = 0; i < 40; i++) {
                positions.add(write(leader, "insert into t values (randomblob(" + choice.nextInt(3000) + "))"));
            }
            Position last = positions.get(positions.size() - 1);
            awaitUploaded(leader, last);
            if (failover < 3) {
                String old = leader.name();
                ReplicaNode next =
                        start(old.equals("one") ? "two" : "one", server.url("failover"), server.credentials());
                awaitApplied(next, last);
                stop(old);
                await("the failover", () -> database(next).isLeading());
                leader = next;
            }
        }
        BackupPlace place = place("failover");
        assertThat(place.generation().number()).isEqualTo(1);
        long oldest = place.catalogue().oldest().orElseThrow();
        for (int i = 0; i < 20; i++) {
            Position position = positions.get(choice.nextInt(positions.size()));
            if (position.txid().value() >= oldest) {
                assertRestores(place, new RestorePoint.AtTxid(position.txid()), position);
            }
        }
    }

    @Test
    void anEmptyPlaceAndAWrongBucketAreToldApart() {
        assertThatThrownBy(() -> place("nothing"))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("there is no backup in s3://bucket/nothing/app");
        StoreUrl other = StoreUrl.parse(server.url("x").replace("s3://bucket", "s3://no-such"));
        assertThatThrownBy(() -> BackupPlace.find(Stores.open(other, server.credentials()), true, OptionalLong.empty()))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.MISCONFIGURED));
    }

    @Test
    void aRestoreWithoutPermissionOrFromADeadStoreWritesNothing() throws Exception {
        ReplicaNode node = start("one", server.url("refused"), server.credentials());
        awaitUploaded(node, write(node, "create table t(x)"));
        Path wrong = directory.resolve("wrong-credentials");
        OwnerOnlyFile.create(wrong, "access_key_id=ak\nsecret_access_key=wrong\n");
        StoreUrl url = StoreUrl.parse(server.url("refused")).child("app");
        assertThatThrownBy(() -> BackupPlace.find(Stores.open(url, wrong), true, OptionalLong.empty()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.DENIED));
        BackupPlace place = place("refused");
        server.close();
        Path target = directory.resolve("never.db");
        assertThatThrownBy(() -> new Restore(
                                place,
                                new RestorePoint.Latest(),
                                target,
                                false,
                                (done, of) -> {},
                                MonotonicClock.SYSTEM)
                        .run())
                .isInstanceOf(StorageException.class);
        assertThat(target).doesNotExist();
        assertThat(directory.resolve("never.db.restoring")).doesNotExist();
    }

    @Test
    void aLostClusterLivesOnFromAnEncryptedBucketWithoutItsDatabasesBeingNamed() throws Exception {
        Path keys = directory.resolve("keys");
        OwnerOnlyFile.create(keys, "5a".repeat(32));
        String url = server.url("lost");
        ReplicaNode node = super.start(
                "one",
                "backup",
                url,
                "backup-credentials-file",
                server.credentials().toString(),
                "backup-key-file",
                keys.toString(),
                "backup-interval",
                "50ms");
        write(node, "create table t(x)");
        awaitUploaded(node, write(node, "insert into t values (randomblob(200000))"));
        stop("one");
        StoreAccess access = new StoreAccess(server.credentials(), keys);
        try (NodeRebirth rebirth = NodeRebirth.plan(
                directory.resolve("reborn"),
                StoreUrl.parse(url),
                access,
                List.of(),
                new RestorePoint.Latest(),
                MonotonicClock.SYSTEM)) {
            assertThat(rebirth.databases()).hasSize(1);
            rebirth.run((done, of) -> {});
        }
        assertThat(count("reborn")).isEqualTo(1);
    }
}
