package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.compact.Holdings;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.backup.upload.BackupStatus;
import io.replsqlite.server.backup.watch.DrillReport;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The node's figures in the text format of Prometheus, for {@code GET /v1/metrics}. A figure that is not known is left out. */
final class MetricsReport {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double MILLIS_PER_SECOND = 1000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final ReplicaNode node;
    private final MonotonicClock clock;

    /** Samples by metric: its lines must stand together. */
    private final Map<String, List<String>> samples = new TreeMap<>();

    MetricsReport(ReplicaNode node, MonotonicClock clock) {
        this.node = node;
        this.clock = clock;
    }

    String text() {
        for (ReplicatedDatabase database : node.databases().open()) {
            String labels = label("database", database.name());
            StatusSnapshot status = database.board().snapshot();
            add("node_primary", labels, database.isLeading() ? 1 : 0);
            add("node_applied_txid", labels, status.applied().txid().value());
            add("node_lag_transactions", labels, status.lagTxids());
            database.backups().forEach(backup -> addBackup(labels, backup));
        }
        node.backupWatch().reports().forEach(this::addDrill);
        addElections(label("node", node.name()));
        StringBuilder text = new StringBuilder();
        samples.forEach((name, lines) -> {
            text.append("# TYPE ").append(name).append(name.endsWith("_total") ? " counter\n" : " gauge\n");
            lines.forEach(line -> text.append(line).append('\n'));
        });
        return text.toString();
    }

    private void addElections(String own) {
        add("node_epoch", own, node.promisedEpoch().value());
        for (Role role : Role.values()) {
            String name = role.name().toLowerCase(Locale.ROOT);
            add("node_role", own + "," + label("role", name), node.role() == role ? 1 : 0);
        }
        ElectionFigures figures = node.figures();
        addCounters("elections_total", own, "result", figures.elections());
        addCounters("promises_total", own, "answer", figures.asked());
        addCounters("tenures_ended_total", own, "reason", figures.ended());
        figures.beats().forEach((peer, beats) -> {
            String labels = own + "," + label("peer", peer);
            add("beats_answered_total", labels, beats.answeredCount());
            add("beats_missed_total", labels, beats.missedCount());
            double seconds = beats.roundTripNanos() / NANOS_PER_SECOND;
            add("beats_round_trip_seconds_total", labels, Double.toString(seconds));
        });
    }

    private void addCounters(String name, String own, String label, Map<String, Long> counts) {
        new TreeMap<>(counts).forEach((value, count) -> add(name, own + "," + label(label, value), count));
    }

    private void addBackup(String database, BackupStatus backup) {
        String labels = database + "," + label("destination", backup.destination());
        add("backup_streaming", labels, backup.state() == BackupStatus.State.STREAMING ? 1 : 0);
        add("backup_generation", labels, backup.generation());
        add("backup_uploaded_txid", labels, backup.uploaded().txid().value());
        add("backup_lag_transactions", labels, backup.lagTxids());
        add("backup_lag_bytes", labels, backup.lagBytes());
        if (backup.lagMillis() >= 0) {
            addSeconds("backup_lag_seconds", labels, backup.lagMillis());
        }
        addAge("backup_newest_point_age_seconds", labels, backup.uploadedMillis());
        add("backup_objects_total", labels, backup.objects());
        add("backup_bytes_total", labels, backup.bytes());
        backup.errors()
                .forEach((kind, count) ->
                        add("backup_errors_total", labels + "," + label("kind", kind.toLowerCase(Locale.ROOT)), count));
        Holdings holdings = backup.holdings();
        if (holdings != null) {
            addAge("backup_oldest_point_age_seconds", labels, holdings.oldestMillis());
            for (Holdings.Level level : holdings.levels()) {
                String ofLevel = labels + "," + label("level", Integer.toString(level.level()));
                addAge("backup_level_age_seconds", ofLevel, level.lastMillis());
                add("backup_level_files", ofLevel, level.files());
            }
        }
    }

    private void addDrill(DrillReport report) {
        String labels = label("database", report.database()) + "," + label("destination", report.destination());
        Evidence good = report.lastGood();
        if (good != null) {
            addAge("drill_last_good_age_seconds", labels, good.at().toEpochMilli());
        }
        if (!report.last().isDecided()) {
            return;
        }
        add("drill_passed", labels, report.last().isPassed() ? 1 : 0);
        for (String figure : List.of("rpo", "rto")) {
            if (report.last().json().path(figure + "Millis").isNumber()) {
                addSeconds(
                        "drill_" + figure + "_seconds",
                        labels,
                        report.last().json().path(figure + "Millis").asLong());
            }
        }
    }

    private void addAge(String name, String labels, long sinceMillis) {
        if (sinceMillis > 0) {
            addSeconds(name, labels, Math.max(0, clock.wallMillis() - sinceMillis));
        }
    }

    private void addSeconds(String name, String labels, long millis) {
        add(name, labels, Double.toString(millis / MILLIS_PER_SECOND));
    }

    private void add(String name, String labels, long value) {
        add(name, labels, Long.toString(value));
    }

    private void add(String name, String labels, String value) {
        String metric = "replsqlite_" + name;
        boolean ignored =
                samples.computeIfAbsent(metric, key -> new ArrayList<>()).add(metric + "{" + labels + "} " + value);
    }

    private static String label(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
