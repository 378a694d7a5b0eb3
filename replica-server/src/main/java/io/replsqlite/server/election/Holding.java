package io.replsqlite.server.election;

import io.replsqlite.base.Position;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One database as a node has it.
 *
 * @param head the end of its durable log; null if the node only knows of the database
 */
public record Holding(
        String database,
        UUID id,
        boolean isDropped,
        @Nullable Position head) {
    boolean hasCopy() {
        return !isDropped && head != null;
    }
}
