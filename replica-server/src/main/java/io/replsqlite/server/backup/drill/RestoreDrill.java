package io.replsqlite.server.backup.drill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.DatabaseCheck;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Restores the newest state to a scratch file, checks and measures, and writes down what it found. */
public final class RestoreDrill {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BackupPlace place;
    private final DrillSettings settings;
    private final @Nullable LiveDatabase live;
    private final MonotonicClock clock;
    private final ObjectNode json = JSON.createObjectNode();
    private final List<String> failures = new ArrayList<>();

    /** @param live null if there is none to compare with */
    public RestoreDrill(BackupPlace place, DrillSettings settings, @Nullable LiveDatabase live, MonotonicClock clock) {
        this.place = place;
        this.settings = settings;
        this.live = live;
        this.clock = clock;
    }

    /** @throws IOException if the evidence itself cannot be kept; everything else is part of it */
    public Evidence run() throws IOException {
        Path scratch = settings.scratch().resolve("drill-" + UUID.randomUUID() + ".db");
        describe(scratch);
        try {
            LiveDatabase.Standing standing = live == null ? null : live.standing();
            long began = clock.nanoTime();
            RestoreResult result =
                    new Restore(place, new RestorePoint.Latest(), scratch, false, (done, of) -> {}, clock).run();
            record(result, standing, TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - began));
            inspect(scratch, result);
        } catch (IOException | SQLException failure) {
            failures.add(String.valueOf(failure.getMessage()));
        } finally {
            Files.deleteIfExists(scratch);
        }
        return decide();
    }

    private void describe(Path scratch) throws IOException {
        Instant now = Instant.ofEpochMilli(clock.wallMillis());
        json.put("drill", "restore")
                .put("at", now.toString())
                .put("destination", place.store().toString());
        Generation generation = place.generation();
        if (generation != null) {
            json.put("database", generation.database())
                    .put("databaseId", generation.databaseId().toString())
                    .put("generation", generation.number());
        }
        json.put("targetPath", scratch.toString());
        Path credentials = settings.credentials();
        if (credentials == null) {
            json.putNull("credentialAgeDays");
        } else {
            long ageMillis =
                    clock.wallMillis() - Files.getLastModifiedTime(credentials).toMillis();
            json.put("credentialAgeDays", TimeUnit.MILLISECONDS.toDays(ageMillis));
        }
    }

    private void record(RestoreResult result, LiveDatabase.@Nullable Standing standing, long rtoMillis) {
        json.put("restorePoint", Instant.ofEpochMilli(result.timestampMillis()).toString())
                .put("replicatedTxid", result.txid())
                .put("databaseBytes", result.databaseBytes())
                .put("downloadedBytes", result.downloadedBytes())
                .put("files", result.files())
                .put("stateChecksum", result.state().toString())
                .put("stateProven", result.isStateProven())
                .put("integrity", "ok")
                .put("foreignKeyViolations", result.foreignKeyViolations())
                .put("rtoMillis", rtoMillis)
                .put("targetRtoMillis", settings.targetRto().toMillis());
        require(rtoMillis <= settings.targetRto().toMillis(), "the restore took " + rtoMillis + " ms");
        if (standing == null) {
            json.putNull("rpoMillis");
            return;
        }
        long behind = Math.max(0, standing.txid() - result.txid());
        long rpoMillis = behind == 0 ? 0 : clock.wallMillis() - rtoMillis - result.timestampMillis();
        json.put("node", standing.node())
                .put("epoch", standing.epoch())
                .put("liveTxid", standing.txid())
                .put("rpoTxids", behind)
                .put("rpoMillis", rpoMillis)
                .put("targetRpoMillis", settings.targetRpo().toMillis());
        require(rpoMillis <= settings.targetRpo().toMillis(), "the backup is " + rpoMillis + " ms behind");
    }

    private void inspect(Path scratch, RestoreResult result) throws IOException, SQLException {
        try (Connection connection = DatabaseCheck.open(scratch)) {
            Map<String, Long> counts = DatabaseCheck.rowCounts(connection);
            ObjectNode rows = json.putObject("rowCounts");
            counts.forEach(rows::put);
            Optional<Map<String, Long>> liveCounts = live == null ? Optional.empty() : live.rowCountsAt(result.txid());
            if (liveCounts.isPresent()) {
                boolean same = liveCounts.get().equals(counts);
                json.put("rowCountsAsLive", same);
                require(same, "the live database has other row counts at this txid: " + liveCounts.get());
            } else {
                json.putNull("rowCountsAsLive"); // the live one has moved on: the state checksum stands in
            }
            for (String sql : settings.smokeTests()) {
                smoke(connection, sql);
            }
        }
    }

    private void smoke(Connection connection, String sql) throws SQLException {
        List<String> values = DatabaseCheck.rows(connection, sql);
        String first = values.isEmpty() ? null : values.get(0);
        boolean good = first != null && !first.isEmpty() && !first.equals("0");
        json.withArray("smokeTests")
                .addObject()
                .put("sql", sql)
                .put("answer", first)
                .put("passed", good);
        require(good, "the smoke test answered " + first + ": " + sql);
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            failures.add(otherwise);
        }
    }

    private Evidence decide() throws IOException {
        json.put("decision", failures.isEmpty() ? "pass" : "fail");
        failures.forEach(json.putArray("failures")::add);
        Evidence evidence = new Evidence(json);
        var ignored = evidence.keep(settings.evidenceDirectory());
        evidence.keep(place.store());
        return evidence;
    }
}
