package io.replsqlite.server.backup.drill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.DatabaseCheck;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreEstimate;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Restores to a scratch file, checks and measures, and writes down what it found.
 *
 * <p>With a live database: takes one of its states, waits until the backup has it (which is the loss that the end of the
 * primary would have meant just then: the RPO), restores exactly that txid and compares. Writes may go on meanwhile.
 */
public final class RestoreDrill {
    /** Of the directory that a drill makes in the scratch directory. */
    public static final String SCRATCH_PREFIX = "drill-";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    /** So long the drill waits beyond the target, in order to tell how late the backup is. */
    private static final Duration GRACE = Duration.ofSeconds(10);

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

    /** @throws IOException if it could not begin, or leaves files behind; everything else is part of the evidence */
    public Evidence run() throws IOException, InterruptedException {
        Path scratch = settings.scratch().toAbsolutePath().resolve(SCRATCH_PREFIX + UUID.randomUUID());
        Path restored = scratch.resolve("restored.db");
        describe(restored);
        try {
            DurableFiles.createDirectories(scratch);
            LiveDatabase.Standing standing = live == null ? null : live.standing();
            RestorePoint point = standing == null ? new RestorePoint.Latest() : pointOf(standing);
            requireRoom(scratch, point);
            long began = clock.nanoTime();
            RestoreResult result = new Restore(place, point, restored, false, (done, of) -> {}, clock).run();
            record(result, TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - began));
            inspect(restored, result, standing);
        } catch (IOException | SQLException failure) {
            failures.add(String.valueOf(failure.getMessage()));
        } finally {
            delete(scratch);
        }
        return decide();
    }

    /** A drill must not take the room that the node needs to go on. */
    private void requireRoom(Path scratch, RestorePoint point) throws IOException {
        RestorePlan plan = Restore.plan(place, point);
        long database = RestoreEstimate.databaseBytes(place, plan);
        long needed = database + database / 5 + settings.reserveBytes();
        long usable = Files.getFileStore(scratch).getUsableSpace();
        if (usable < needed) {
            throw new IOException("no room for a drill: the database has " + database + " bytes, so that " + needed
                    + " must be free, and " + usable + " are where " + scratch + " is");
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

    private void describe(Path restored) throws IOException {
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
        json.put("targetPath", restored.toString());
        Path credentials = settings.credentials();
        if (credentials == null) {
            json.putNull("credentialAgeDays");
        } else {
            long ageMillis =
                    clock.wallMillis() - Files.getLastModifiedTime(credentials).toMillis();
            json.put("credentialAgeDays", TimeUnit.MILLISECONDS.toDays(ageMillis));
        }
    }

    /** Measures until the backup has this state; the newest one there is if it does not get it. */
    private RestorePoint pointOf(LiveDatabase.Standing standing) throws IOException {
        long began = clock.nanoTime();
        Deadline deadline = Deadline.after(settings.targetRpo().plus(GRACE), clock);
        boolean there = isThere(standing.txid());
        long rpoMillis = 0;
        while (!there && !deadline.hasPassed()) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            there = isThere(standing.txid());
            rpoMillis = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - began);
        }
        json.put("node", standing.node())
                .put("epoch", standing.epoch())
                .put("liveTxid", standing.txid())
                .put("liveState", standing.state().toString())
                .put("rpoMillis", there ? rpoMillis : null)
                .put("targetRpoMillis", settings.targetRpo().toMillis());
        if (!there) {
            failures.add(
                    "the backup is behind: after " + rpoMillis + " ms it still had not got txid " + standing.txid());
            return new RestorePoint.Latest();
        }
        require(rpoMillis <= settings.targetRpo().toMillis(), "the backup was " + rpoMillis + " ms behind");
        return new RestorePoint.AtTxid(new Txid(standing.txid()));
    }

    private boolean isThere(long txid) throws IOException {
        var ends = place.catalogue().ends();
        return !ends.isEmpty() && ends.last() >= txid;
    }

    private void record(RestoreResult result, long rtoMillis) {
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
    }

    private void inspect(Path restored, RestoreResult result, LiveDatabase.@Nullable Standing standing)
            throws IOException, SQLException, InterruptedException {
        SmokeTests smoke = new SmokeTests(restored, json, failures, clock);
        try (Connection connection = DatabaseCheck.open(restored)) {
            compareRows(DatabaseCheck.rowCounts(connection), result, standing);
            for (String sql : settings.smokeTests()) {
                smoke.ask(connection, sql);
            }
        }
        for (String command : settings.commands()) {
            smoke.run(command);
        }
    }

    private void compareRows(Map<String, Long> counts, RestoreResult result, LiveDatabase.@Nullable Standing standing) {
        ObjectNode rows = json.putObject("rowCounts");
        counts.forEach(rows::put);
        if (standing == null || standing.txid() != result.txid()) {
            json.putNull("rowCountsAsLive").putNull("stateAsLive");
            return;
        }
        boolean sameRows = standing.rows().equals(counts);
        boolean sameState = standing.state().equals(result.state());
        json.put("rowCountsAsLive", sameRows).put("stateAsLive", sameState);
        require(sameRows, "the live database has other row counts at this txid: " + new TreeMap<>(standing.rows()));
        require(sameState, "the live database has another state at this txid: " + standing.state());
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            failures.add(otherwise);
        }
    }

    private Evidence decide() {
        return Evidence.decided(json, failures).keptOrFailed(settings.evidenceDirectory(), place.store());
    }
}
