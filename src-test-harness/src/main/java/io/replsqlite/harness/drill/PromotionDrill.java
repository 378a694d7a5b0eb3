package io.replsqlite.harness.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.demo.Failover;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.DatabaseCheck;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Restores a backup into a scratch cluster of three processes with durability quorum, hands the lease over, then kills the primary
 * amid writes. Every node must have the restored rows, and every acknowledged write, each time.
 */
public final class PromotionDrill {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATABASE = "drill";
    private static final int NODES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BackupPlace place;
    private final PromotionSettings settings;
    private final Consumer<LocalCluster> guard;
    private final MonotonicClock clock;
    private final ObjectNode json = JSON.createObjectNode();
    private final List<String> failures = new ArrayList<>();

    /** @param guard sees to it that the cluster ends with this process */
    public PromotionDrill(
            BackupPlace place, PromotionSettings settings, Consumer<LocalCluster> guard, MonotonicClock clock) {
        this.place = place;
        this.settings = settings;
        this.guard = guard;
        this.clock = clock;
    }

    /** @throws IOException if the evidence itself cannot be kept; everything else is part of it */
    public Evidence run() throws IOException, InterruptedException {
        Path scratch = settings.scratch().toAbsolutePath().resolve("promote-" + UUID.randomUUID());
        describe(scratch);
        try {
            DurableFiles.createDirectories(scratch);
            Path restored = scratch.resolve("restored.db");
            Map<String, Long> rows = restore(restored);
            rehearse(scratch.resolve("cluster"), restored, rows);
        } catch (IOException | SQLException failure) {
            failures.add(String.valueOf(failure.getMessage()));
        } finally {
            delete(scratch);
        }
        Evidence evidence = Evidence.decided(json, failures);
        Path ignored = evidence.keep(settings.evidenceDirectory());
        evidence.keep(place.store());
        return evidence;
    }

    private void describe(Path scratch) {
        json.put("drill", "promote")
                .put("at", Instant.ofEpochMilli(clock.wallMillis()).toString())
                .put("destination", place.store().toString())
                .put("targetPath", scratch.toString());
        Generation generation = place.generation();
        if (generation != null) {
            json.put("database", generation.database())
                    .put("databaseId", generation.databaseId().toString())
                    .put("generation", generation.number());
        }
    }

    private Map<String, Long> restore(Path restored) throws IOException, SQLException {
        long began = clock.nanoTime();
        RestoreResult result =
                new Restore(place, new RestorePoint.Latest(), restored, false, (done, of) -> {}, clock).run();
        long rtoMillis = millisSince(began);
        json.put("restorePoint", Instant.ofEpochMilli(result.timestampMillis()).toString())
                .put("replicatedTxid", result.txid())
                .put("databaseBytes", result.databaseBytes())
                .put("stateChecksum", result.state().toString())
                .put("stateProven", result.isStateProven())
                .put("rtoMillis", rtoMillis)
                .put("targetRtoMillis", settings.targetRto().toMillis());
        require(rtoMillis <= settings.targetRto().toMillis(), "the restore took " + rtoMillis + " ms");
        try (Connection connection = DatabaseCheck.open(restored)) {
            Map<String, Long> rows = DatabaseCheck.rowCounts(connection);
            rows.forEach(json.putObject("rowCounts")::put);
            return rows;
        }
    }

    private void rehearse(Path directory, Path restored, Map<String, Long> rows)
            throws IOException, SQLException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.prepare(directory, NODES, LeaseKind.ZOOKEEPER, Durability.QUORUM)) {
            guard.accept(cluster);
            cluster.startAll();
            JsonNode ignored = cluster.client(1).importFile(DATABASE, restored);
            compare(cluster, rows, "after the restore");
            handOff(cluster);
            compare(cluster, rows, "after the handoff");
            crash(cluster);
            compare(cluster, rows, "after the crash");
        }
    }

    /** Every node that runs has the rows, and its pages add up. */
    private void compare(LocalCluster cluster, Map<String, Long> rows, String when)
            throws IOException, InterruptedException {
        cluster.awaitLevel(PATIENCE);
        for (int number = 1; number <= cluster.size(); number++) {
            if (cluster.node(number).isAlive()) {
                JsonNode counted = cluster.client(number).counts(DATABASE).path("rows");
                Map<String, Long> found = new TreeMap<>();
                rows.keySet()
                        .forEach(table -> found.put(table, counted.path(table).asLong(-1)));
                require(found.equals(new TreeMap<>(rows)), when + " node" + number + " has other rows: " + found);
                require(
                        cluster.client(number).scan(DATABASE).wrongPages().isEmpty(),
                        when + " pages of node" + number + " are not what its log says");
            }
        }
    }

    private void handOff(LocalCluster cluster) throws IOException, SQLException, InterruptedException {
        int before = primary(cluster);
        int witness = before % NODES + 1;
        try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(witness, DATABASE));
                Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute("create table replsqlite_drill (step text)");
            long began = clock.nanoTime();
            JsonNode answer = cluster.client(before).handOff("");
            int rows = statement.executeUpdate("insert into replsqlite_drill values ('handoff')");
            long millis = millisSince(began);
            json.putObject("handoff")
                    .put("from", answer.path("from").asText())
                    .put("to", answer.path("to").asText())
                    .put("millis", millis)
                    .put("targetMillis", settings.targetHandoff().toMillis());
            require(rows == 1, "the write after the handoff changed " + rows + " rows");
            require(millis <= settings.targetHandoff().toMillis(), "the handoff took " + millis + " ms");
        }
        int after = cluster.awaitPrimaryOtherThan(before, PATIENCE);
        require(after != before, "the lease came back");
    }

    private static int primary(LocalCluster cluster) throws IOException {
        return cluster.primary().orElseThrow(() -> new IOException("no node of the scratch cluster leads"));
    }

    private void crash(LocalCluster cluster) throws IOException, SQLException, InterruptedException {
        Failover.Outcome outcome = new Failover(cluster, DATABASE, clock).run();
        long longest = outcome.longestWait().toMillis();
        json.putObject("crash")
                .put("killed", "node" + outcome.killed())
                .put("successor", "node" + outcome.successor())
                .put("epoch", outcome.epoch())
                .put("ledAfterMillis", outcome.untilItLed().toMillis())
                .put("longestWriteMillis", longest)
                .put("targetMillis", settings.targetFailover().toMillis())
                .put("acknowledged", outcome.acknowledged())
                .put("unknown", outcome.unknown())
                .put("missing", outcome.missing().size());
        require(outcome.missing().isEmpty(), "acknowledged writes are missing: " + outcome.missing());
        require(longest <= settings.targetFailover().toMillis(), "a write waited " + longest + " ms in the failover");
    }

    private long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - began);
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            failures.add(otherwise);
        }
    }

    private static void delete(Path scratch) throws IOException {
        if (!Files.exists(scratch)) {
            return;
        }
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
