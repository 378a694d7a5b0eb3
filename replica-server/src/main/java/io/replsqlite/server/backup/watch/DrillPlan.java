package io.replsqlite.server.backup.watch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a node holds drills.
 *
 * @param evidence a directory for records; each database has one in it
 */
public record DrillPlan(
        Duration interval,
        Path scratch,
        Path evidence,
        Duration targetRpo,
        Duration targetRto,
        List<String> smokeTests,
        List<String> commands) {
    public DrillPlan {
        smokeTests = List.copyOf(smokeTests);
        commands = List.copyOf(commands);
    }
}
