package io.replsqlite.harness.drill;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a drill of a promotion demands.
 *
 * @param scratch a directory with room for four copies of the database; it is left as it was
 * @param targetHandoff until a write succeeds after the lease was handed to another node
 * @param targetFailover how long a write may wait when the primary is killed
 */
public record PromotionSettings(
        Path scratch, Path evidenceDirectory, Duration targetRto, Duration targetHandoff, Duration targetFailover) {}
