package io.replsqlite.server.backup.watch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a node holds drills.
 *
 * @param evidence a directory for records; each database has one in it
 * @param ownsScratch whether nobody else holds drills there, so that what a crash has left may go
 */
public record DrillPlan(
        Duration interval,
        Path scratch,
        boolean ownsScratch,
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
