package io.replsqlite.server.backup.compact;

import java.time.Duration;
import java.util.List;

/**
 * When a backup is compacted, and how long what is kept.
 *
 * @param levels how often files are merged into level 1, 2 and 3
 * @param snapshotInterval how often a snapshot is made
 * @param retention how long snapshots are kept, and with them every point since the oldest one
 * @param detailRetention how long each single commit can be restored, at least
 */
public record KeepingSettings(
        List<Duration> levels, Duration snapshotInterval, Duration retention, Duration detailRetention) {
    /** Litestream's. */
    public static final List<Duration> LEVELS =
            List.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1));

    public KeepingSettings {
        levels = List.copyOf(levels);
    }
}
