package io.replsqlite.harness.failover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.PageChecksum;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup that is written through three failovers, each by {@code kill -9}, with and without a quorum, restores at random txids to databases whose pages
 * add up to what the log says of that txid. At full length: {@code -Dbackup.points=200 -Dbackup.commits=1500}.
 */
@Timeout(1200)
class BackupHistoryTest {
    private static final String APP = LocalCluster.DATABASE;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int FAILOVERS = 3;

    private final int points = Integer.getInteger("backup.points", 20);
    private final int commits = Integer.getInteger("backup.commits", 60);
    private final long seed = Long.getLong("backup.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path directory;

    private LocalCluster cluster;

    @AfterEach
    void close() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private StoreUrl backup() {
        return StoreUrl.parse("file://" + directory.resolve("backup"));
    }

    @Test
    void aBackupWrittenThroughThreeFailoversRestoresAtAnyTxid() throws Exception {
        int primary = start(Durability.LOCAL);
        for (int failover = 0; failover <= FAILOVERS; failover++) {
            writeMany(primary);
            if (failover < FAILOVERS) {
                primary = killAndGoOn(primary);
            }
        }
        assertRestoresAtAnyTxid(primary);
    }

    /** The primary dies while it is written to: what a majority does not have is in no backup, so that no history forks. */
    @Test
    void aBackupWrittenThroughKillsAmidWritesUnderQuorumRestoresAtAnyTxid() throws Exception {
        int primary = start(Durability.QUORUM);
        for (int failover = 0; failover <= FAILOVERS; failover++) {
            writeMany(primary);
            if (failover < FAILOVERS) {
                primary = killAmidWrites(primary);
            }
        }
        assertRestoresAtAnyTxid(primary);
    }

    private int start(Durability durability) throws Exception {
        System.out.println("backup.seed " + seed);
        cluster = LocalCluster.prepare(directory.resolve("cluster"), 3, LeaseKind.FILE, durability);
        cluster.addSettings(List.of(
                "--backup", backup().toString(), "--backup-interval", "50ms", "--backup-detail-retention", "24h"));
        cluster.startAll();
        int primary = primary();
        write(primary, "create table t (id integer primary key, x blob)");
        return primary;
    }

    private void assertRestoresAtAnyTxid(int primary) throws Exception {
        awaitUploaded(primary);
        UUID id = UUID.fromString(
                status(primary).path("databases").get(0).path("id").asText());
        cluster.close();
        Map<Long, StateChecksum> recorded = recorded(id);
        BackupPlace place = BackupPlace.find(Stores.open(backup().child(APP), null), false, OptionalLong.empty());
        assertThat(place.store().list(BackupKeys.GENERATIONS))
                .as("no failover has lost a commit that was uploaded, so the history has no fork")
                .hasSize(1);
        restoreMany(place, recorded);
    }

    private int primary() throws Exception {
        Await.until("one node leads", SOON, () -> cluster.primary().isPresent());
        return cluster.primary().orElseThrow();
    }

    private JsonNode status(int node) throws Exception {
        return cluster.client(node).status().json();
    }

    private Path logOf(int node) {
        return directory.resolve("cluster").resolve("node" + node).resolve("app.db-replsqlite/log");
    }

    /** Killed when the others are level, so that nothing is lost, and in the middle of an upload as likely as not. */
    private int killAndGoOn(int primary) throws Exception {
        cluster.awaitLevel(SOON);
        cluster.node(primary).kill();
        int next = cluster.awaitPrimaryOtherThan(primary, SOON);
        writeMany(next);
        cluster.restartNode(primary);
        cluster.awaitLevel(SOON);
        return primary();
    }

    /** The writer's connection is at another node, and outlives the primary; the last write may have any outcome. */
    private int killAmidWrites(int primary) throws Exception {
        int other = 1 + primary % cluster.size();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                writeMany(other);
            } catch (SQLException unknown) {
                System.out.println("amid the kill: " + unknown.getMessage());
            }
        });
        long head = head(primary);
        int more = 1 + random.nextInt(Math.max(1, commits / 2));
        Await.until("some writes", SOON, () -> head(primary) >= head + more || writing.isDone());
        cluster.node(primary).kill();
        int next = cluster.awaitPrimaryOtherThan(primary, SOON);
        Void ignored = writing.get(SOON.toSeconds(), TimeUnit.SECONDS);
        writeMany(next);
        cluster.restartNode(primary);
        cluster.awaitLevel(SOON);
        return primary();
    }

    private long head(int node) throws Exception {
        return cluster.client(node).status().database(APP).orElseThrow().head();
    }

    private void write(int node, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(node, APP));
                Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute(sql);
        }
    }

    private void writeMany(int node) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(node, APP) + "?writeTimeout=60s");
                PreparedStatement insert = connection.prepareStatement("insert into t (x) values (randomblob(?))");
                PreparedStatement update = connection.prepareStatement(
                        "update t set x = randomblob(?) where id = 1 + abs(random()) % (select max(id) from t)");
                PreparedStatement delete = connection.prepareStatement("delete from t where id % 7 = ?")) {
            for (int i = 0; i < commits; i++) {
                int kind = random.nextInt(20);
                PreparedStatement next = kind == 0 ? delete : kind < 5 ? update : insert;
                next.setInt(1, kind == 0 ? random.nextInt(7) : random.nextInt(3000));
                int ignored = next.executeUpdate();
            }
        }
    }

    private void awaitUploaded(int node) throws Exception {
        Await.until("everything is uploaded", SOON, () -> {
            DatabaseStatus app = cluster.client(node).status().database(APP).orElseThrow();
            return app.backups().stream()
                    .anyMatch(backup -> backup.path("uploaded").asLong() == app.head());
        });
    }

    /** The state at each txid, as the nodes' logs have it: a log may begin late, after a rewind, but none has anything else. */
    private Map<Long, StateChecksum> recorded(UUID id) throws Exception {
        Map<Long, StateChecksum> states = new TreeMap<>();
        for (int node = 1; node <= cluster.size(); node++) {
            recorded(logOf(node), id).forEach((txid, state) -> {
                StateChecksum before = states.putIfAbsent(txid, state);
                assertThat(before == null ? state : before)
                        .as("the state at %d", txid)
                        .isEqualTo(state);
            });
        }
        return states;
    }

    private static Map<Long, StateChecksum> recorded(Path logs, UUID id) throws Exception {
        Map<Long, StateChecksum> states = new TreeMap<>();
        LogSettings settings = LogSettings.DEFAULT;
        try (ChangeLog log = ChangeLog.open(logs, id, Position.START, settings, MonotonicClock.SYSTEM);
                LogCursor cursor = log.fromBase()) {
            while (cursor.advance() == LogCursor.Advance.RECORD) {
                if (cursor.record().header().kind() == RecordKind.COMMIT) {
                    Position position = cursor.record().header().position();
                    states.put(position.txid().value(), position.checksum());
                }
            }
        }
        return states;
    }

    private void restoreMany(BackupPlace place, Map<Long, StateChecksum> recorded) throws Exception {
        long oldest = place.catalogue().oldest().orElseThrow();
        List<Long> txids = new ArrayList<>(recorded.keySet());
        txids.removeIf(txid -> txid < oldest);
        assertThat(txids).as("points to choose from").hasSizeGreaterThan((FAILOVERS + 1) * commits);
        for (int i = 0; i < points; i++) {
            long txid = i == 0 ? txids.get(txids.size() - 1) : txids.get(random.nextInt(txids.size()));
            Path restored = directory.resolve("restored.db");
            RestoreResult result = new Restore(
                            place,
                            new RestorePoint.AtTxid(new Txid(txid)),
                            restored,
                            false,
                            (done, of) -> {},
                            MonotonicClock.SYSTEM)
                    .run();
            assertThat(result.isStateProven()).isTrue();
            assertThat(contentOf(restored, result.pageSize()))
                    .as("content at txid %d", txid)
                    .isEqualTo(recorded.get(txid));
            Files.delete(restored);
        }
        System.out.println("restored " + points + " of " + txids.size() + " txids, all as recorded");
    }

    /** Read again from the file, whatever the restore says. */
    private static StateChecksum contentOf(Path database, int pageSize) throws Exception {
        long state = StateChecksum.EMPTY.bits();
        try (InputStream in = Files.newInputStream(database)) {
            byte[] page = in.readNBytes(pageSize);
            for (int number = 1; page.length == pageSize; number++) {
                state = PageChecksum.toggle(state, PageChecksum.of(number, page, 0, pageSize));
                page = in.readNBytes(pageSize);
            }
            assertThat(page).isEmpty();
        }
        return new StateChecksum(state);
    }
}
