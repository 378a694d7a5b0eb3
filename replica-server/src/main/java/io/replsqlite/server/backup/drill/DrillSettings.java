package io.replsqlite.server.backup.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a drill does and what it demands.
 *
 * @param scratch a directory with room for the database; it is left as it was
 * @param targetRpo how long a commit may take into the backup
 * @param smokeTests queries whose first value must be neither NULL nor 0 nor empty
 * @param commands of the shell, which must end with 0
 * @param credentials whose age is put on record; null if there is no such file
 * @param reserveBytes that stay free beside the restored database
 */
public record DrillSettings(
        Path scratch,
        Path evidenceDirectory,
        Duration targetRpo,
        Duration targetRto,
        List<String> smokeTests,
        List<String> commands,
        @Nullable Path credentials,
        long reserveBytes) {
    /** What a node needs to go on for a while. */
    public static final long RESERVE_BYTES = 64L << 20;

    public DrillSettings {
        smokeTests = List.copyOf(smokeTests);
        commands = List.copyOf(commands);
    }
}
