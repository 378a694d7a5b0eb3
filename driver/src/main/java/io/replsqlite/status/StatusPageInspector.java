package io.replsqlite.status;

import io.replsqlite.base.MonotonicClock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows a status page to people: the same names as lines of text and as a map for JSON. */
public final class StatusPageInspector {
    private StatusPageInspector() {}

    public static Map<String, Object> fields(StatusSnapshot status, MonotonicClock clock) {
        long now = clock.nanoTime();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", status.nodeName());
        fields.put("url", status.ownUrl());
        fields.put("role", status.role().name());
        fields.put("health", status.health().name());
        fields.put("database", status.databaseId().toString());
        fields.put("applied", status.applied().toString());
        fields.put("committed", status.committed().toString());
        fields.put("visible", status.visible().toString());
        fields.put("head", status.head().toString());
        fields.put("lagTxids", status.lagTxids());
        fields.put("primaryUrl", status.primaryUrl());
        fields.put("freshnessMillis", millis(status.freshAsOfNanos(), now, status.freshAsOfNanos()));
        fields.put("heartbeatAgeMillis", millis(status.heartbeatNanos(), now, status.heartbeatNanos()));
        fields.put("leaseLeftMillis", millis(now, status.leaseDeadlineNanos(), status.leaseDeadlineNanos()));
        fields.put("pid", status.writerPid());
        return fields;
    }

    /** The time between two readings, or -1 if the one that may be missing is. */
    private static long millis(long fromNanos, long toNanos, long mayBeMissing) {
        return mayBeMissing == StatusSnapshot.NEVER ? -1 : (toNanos - fromNanos) / 1_000_000;
    }

    public static List<String> lines(StatusSnapshot status, MonotonicClock clock) {
        return fields(status, clock).entrySet().stream()
                .map(field -> String.format("%-18s %s", field.getKey(), field.getValue()))
                .toList();
    }
}
