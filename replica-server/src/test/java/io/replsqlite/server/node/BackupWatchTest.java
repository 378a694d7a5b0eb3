package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import io.replsqlite.server.backup.upload.BackupStatus;
import io.replsqlite.server.backup.upload.BackupStatus.State;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.config.InvalidSettingException;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several destinations, others while the node runs, one that is down; and what a node lets others know of it. */
@Timeout(120)
class BackupWatchTest extends BackupFixture {
    private static final RestorePoint LATEST = new RestorePoint.Latest();

    private String second() {
        return "file://" + directory.resolve("second");
    }

    /** Nobody listens there. */
    private String down() throws Exception {
        Path credentials = directory.resolve("credentials");
        if (!Files.exists(credentials)) {
            OwnerOnlyFile.create(credentials, "access_key_id=ak\nsecret_access_key=sk\n");
        }
        return "s3://bucket/x?endpoint=http://127.0.0.1:1&region=us-east-1 " + credentials;
    }

    private Path targets(String... lines) throws Exception {
        Path file = directory.resolve("targets");
        Path next = directory.resolve("targets.next");
        Files.write(next, List.of(lines));
        return Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static BackupStatus status(ReplicaNode node, String url) {
        return database(node).backups().stream()
                .filter(one -> one.destination().equals(url + "/app"))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitUploaded(ReplicaNode node, String url, Position position) throws Exception {
        await(
                "the upload of " + position + " to " + url,
                () -> database(node).backups().stream()
                        .anyMatch(one -> one.destination().equals(url + "/app")
                                && one.uploaded().equals(position)));
    }

    private void assertRestores(String url, Position position) throws Exception {
        StoreUrl store = StoreUrl.parse(url).child("app");
        BackupPlace place = BackupPlace.find(Stores.open(store, null), false, OptionalLong.empty());
        var result = new Restore(place, LATEST, target(), false, (done, of) -> {}, MonotonicClock.SYSTEM).run();
        assertThat(result.state()).isEqualTo(position.checksum());
    }

    @Test
    void everyDestinationGetsEveryCommitAndOneThatIsDownKeepsNobodyBack() throws Exception {
        Path inTheWay = Files.writeString(directory.resolve("second"), "not a directory");
        ReplicaNode node = startWithBackup("one", "backup", backupUrl() + "," + second());
        Position written = write(node, "create table t(x)");
        awaitUploaded(node, backupUrl(), written);
        await("trouble", () -> status(node, second()).problem() != null);
        Files.delete(inTheWay);
        Position last = write(node, "insert into t values (1)");
        awaitUploaded(node, second(), last);
        awaitUploaded(node, backupUrl(), last);
        assertRestores(second(), last);
        assertRestores(backupUrl(), last);
    }

    @Test
    void destinationsAreReplacedWhileTheNodeRuns() throws Exception {
        Path file = targets("# where to", backupUrl());
        ReplicaNode node = startWithBackup("one", "backup-targets-file", file.toString());
        Position first = write(node, "create table t(x)");
        awaitUploaded(node, backupUrl(), first);
        targets(second());
        Position last = write(node, "insert into t values (1)");
        awaitUploaded(node, second(), last);
        assertThat(database(node).backups()).hasSize(1);
        assertRestores(second(), last);
        targets("no store at all");
        Position more = write(node, "insert into t values (2)");
        awaitUploaded(node, second(), more);
        targets("", "  # " + second());
        Position still = write(node, "insert into t values (3)");
        awaitUploaded(node, second(), still);
        targets("none");
        await("the end", () -> database(node).backups().isEmpty());
        targets(second(), backupUrl());
        awaitUploaded(node, backupUrl(), still);
        more = still;
        assertRestores(backupUrl(), more);
        assertThat(names(backup().resolve("app/generations"))).hasSize(1);
    }

    @Test
    void aTargetsFileThatNamesNoStoreIsRefusedAtTheStart() throws Exception {
        Path file = targets("nowhere");
        assertThatThrownBy(() -> startWithBackup("one", "backup-targets-file", file.toString()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("backup-targets-file");
    }

    @Test
    void beyondTheLagLimitWritesWaitForTheBackupAndThenFailWithNothingExecuted() throws Exception {
        Path file = targets(down());
        ReplicaNode node = startWithBackup("one", "backup-targets-file", file.toString(), "backup-lag-limit", "5");
        write(node, "create table t(x)");
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        insert(node);
                    }
                })
                .hasCauseInstanceOf(WriteFailedException.class)
                .hasMessageContaining("backup-lag-limit 5")
                .hasMessageContaining("nothing was executed");
        assertThat(count("one")).isBetween(1L, 5L);
        long before = count("one");
        targets(backupUrl());
        Position last = write(node, "insert into t values (1)");
        awaitUploaded(node, backupUrl(), last);
        assertThat(count("one")).isEqualTo(before + 1);
    }

    private static void insert(ReplicaNode node) throws Exception {
        Position ignored = node.databases()
                .byName("app")
                .submit(
                        connection -> {
                            try (var statement = connection.createStatement()) {
                                return statement.execute("insert into t values (0)");
                            }
                        },
                        Deadline.after(Duration.ofMillis(300), MonotonicClock.SYSTEM))
                .get(20, TimeUnit.SECONDS)
                .position();
    }

    @Test
    void aBackupThatIsTooOldHoldsWritesToo() throws Exception {
        Path file = targets(backupUrl());
        ReplicaNode node = startWithBackup("one", "backup-targets-file", file.toString(), "backup-lag-limit", "400ms");
        awaitUploaded(node, backupUrl(), write(node, "create table t(x)"));
        targets(down());
        await("writes are held", () -> {
            try {
                insert(node);
                return false;
            } catch (java.util.concurrent.ExecutionException held) {
                return held.getMessage().contains("backup-lag-limit 400ms");
            }
        });
    }

    @Test
    void aMonitorIsCalledOnlyWhileTheUploadedPositionMovesOrIsLevel() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        HttpServer monitor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        monitor.createContext("/alive", exchange -> {
            calls.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        monitor.start();
        try {
            Path file = targets(backupUrl());
            ReplicaNode node = startWithBackup(
                    "one",
                    "backup-targets-file",
                    file.toString(),
                    "backup-heartbeat-url",
                    "http://127.0.0.1:" + monitor.getAddress().getPort() + "/alive",
                    "backup-heartbeat-interval",
                    "300ms");
            awaitUploaded(node, backupUrl(), write(node, "create table t(x)"));
            await("calls while it is level", () -> calls.get() >= 3);
            targets(down());
            await(
                    "a reason",
                    () -> BackupDrillTest.json(node)
                            .path("backupHeartbeat")
                            .path("problem")
                            .asText()
                            .contains("neither gets on nor is level"));
            int sofar = calls.get();
            for (int i = 0; i < 20; i++) {
                write(node, "insert into t values (0)");
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertThat(calls.get()).isEqualTo(sofar);
            targets(backupUrl());
            await("calls again", () -> calls.get() > sofar);
        } finally {
            monitor.stop(0);
        }
    }

    @Test
    void statusAndMetricsTellWhatIsUploadedAndWhatCanBeRestored() throws Exception {
        ReplicaNode node = startWithBackup("one", "backup-snapshot-interval", "200ms");
        Position last = write(node, "create table t(x)");
        awaitUploaded(node, last);
        await("a look at the store", () -> status(node, backupUrl()).holdings() != null);
        JsonNode backup = BackupDrillTest.json(node)
                .path("databases")
                .get(0)
                .path("backups")
                .get(0);
        assertThat(backup.path("uploaded").asLong()).isEqualTo(last.txid().value());
        assertThat(backup.path("uploadedMillis").asLong()).isPositive();
        assertThat(backup.path("lagBytes").asLong()).isZero();
        assertThat(backup.path("oldestTxid").asLong()).isBetween(1L, last.txid().value());
        assertThat(backup.path("levels").toString()).contains("\"level\":9");
        assertThat(BackupDrillTest.get(node, "/v1/metrics"))
                .contains("replsqlite_backup_uploaded_txid{database=\"app\",destination=\"" + backupUrl() + "/app\"} "
                        + last.txid().value() + "\n")
                .contains("# TYPE replsqlite_backup_objects_total counter")
                .contains("replsqlite_backup_lag_seconds")
                .contains("replsqlite_backup_oldest_point_age_seconds")
                .contains("replsqlite_backup_level_age_seconds");
        Position more = write(node, "insert into t values (1)");
        awaitUploaded(node, more);
        await(
                "the snapshot is seen",
                () -> status(node, backupUrl()).holdings().levels().stream()
                        .anyMatch(level -> level.level() == 9
                                && level.lastTxid() == more.txid().value()));
        assertThat(status(node, backupUrl()).state()).isEqualTo(State.STREAMING);
        assertThat(new Compaction(place()).snapshot()).isFalse();
    }
}
