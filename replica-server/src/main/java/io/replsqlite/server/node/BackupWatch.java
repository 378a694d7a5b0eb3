package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.drill.LiveDatabase;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.upload.BackupStatus;
import io.replsqlite.server.backup.watch.DrillPlan;
import io.replsqlite.server.backup.watch.DrillReport;
import io.replsqlite.server.backup.watch.DrillSchedule;
import io.replsqlite.server.backup.watch.Heartbeat;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.database.RowCounts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** This node's drills and signs of life, if its settings ask for any. */
final class BackupWatch implements AutoCloseable {
    private final String nodeName;
    private final Databases databases;
    private final @Nullable Heartbeat heartbeat;
    private final @Nullable DrillSchedule drills;

    BackupWatch(NodeSettings settings, Databases databases, MonotonicClock clock) {
        this.nodeName = settings.name();
        this.databases = databases;
        this.heartbeat = heartbeat(settings, clock);
        this.drills = drills(settings, clock);
    }

    private @Nullable Heartbeat heartbeat(NodeSettings settings, MonotonicClock clock) {
        Optional<URI> url = settings.url(NodeSetting.BACKUP_HEARTBEAT_URL);
        return url.isEmpty()
                ? null
                : new Heartbeat(
                        url.get(), settings.duration(NodeSetting.BACKUP_HEARTBEAT_INTERVAL), this::uploads, clock);
    }

    private List<BackupStatus> uploads() {
        return databases.open().stream()
                .flatMap(database -> database.backups().stream())
                .toList();
    }

    private @Nullable DrillSchedule drills(NodeSettings settings, MonotonicClock clock) {
        Optional<Duration> interval = settings.optionalDuration(NodeSetting.DRILL_INTERVAL);
        if (interval.isEmpty()) {
            return null;
        }
        Path directory = NodeFiles.directoryIn(settings.directory());
        DrillPlan plan = new DrillPlan(
                interval.get(),
                settings.path(NodeSetting.DRILL_SCRATCH).orElse(directory.resolve("drills")),
                settings.path(NodeSetting.DRILL_SCRATCH).isEmpty(),
                directory.resolve("evidence"),
                settings.duration(NodeSetting.DRILL_RPO),
                settings.duration(NodeSetting.DRILL_RTO),
                settings.given(NodeSetting.DRILL_SQL).stream().toList(),
                settings.given(NodeSetting.DRILL_COMMAND).stream().toList());
        BackupTargets targets = NodeParts.backupTargets(settings);
        return new DrillSchedule(plan, targets, this::subjects, clock);
    }

    private List<DrillSchedule.Subject> subjects() {
        return databases.open().stream()
                .filter(database -> database.files().isPresent())
                .map(database -> new DrillSchedule.Subject(database.name(), database.id(), live(database)))
                .toList();
    }

    private LiveDatabase live(ReplicatedDatabase database) {
        return () -> {
            RowCounts counts = RowCounts.of(database);
            return new LiveDatabase.Standing(
                    nodeName,
                    counts.position().epoch().value(),
                    counts.position().txid().value(),
                    counts.position().checksum(),
                    counts.rows());
        };
    }

    void start() {
        if (heartbeat != null) {
            heartbeat.start();
        }
        if (drills != null) {
            drills.start();
        }
    }

    List<DrillReport> reports() {
        return drills == null ? List.of() : drills.reports();
    }

    void describe(ObjectNode json) {
        if (heartbeat != null) {
            Heartbeat.State state = heartbeat.state();
            json.putObject("backupHeartbeat")
                    .put("calls", state.calls())
                    .put("lastMillis", state.lastMillis())
                    .put("problem", state.problem());
        }
        if (drills == null) {
            return;
        }
        ArrayNode all = json.putArray("drills");
        for (DrillReport report : drills.reports()) {
            ObjectNode drill =
                    all.addObject().put("database", report.database()).put("destination", report.destination());
            drill.set("last", report.last().json());
            drill.put(
                    "lastGoodAt",
                    report.lastGood() == null ? null : report.lastGood().at().toString());
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (heartbeat != null) {
            heartbeat.close();
        }
        if (drills != null) {
            drills.close();
        }
    }
}
