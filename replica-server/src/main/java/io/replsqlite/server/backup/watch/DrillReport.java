package io.replsqlite.server.backup.watch;

import io.replsqlite.server.backup.drill.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * What this node's drills of one backup have found.
 *
 * @param lastGood null if none was good yet
 */
public record DrillReport(
        String database,
        String destination,
        Evidence last,
        @Nullable Evidence lastGood) {
    DrillReport followedBy(Evidence next) {
        return new DrillReport(database, destination, next, next.isPassed() ? next : lastGood);
    }
}
