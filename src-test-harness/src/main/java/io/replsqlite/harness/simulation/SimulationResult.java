package io.replsqlite.harness.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one seed came to.
 *
 * @param violation what went wrong; null if nothing did
 * @param traceHash equal for two runs of one seed
 * @param lastEvents what happened before the end
 */
public record SimulationResult(
        long seed,
        @Nullable String violation,
        long traceHash,
        long steps,
        long crashes,
        long partitions,
        long tenures,
        long acknowledged,
        long unknown,
        long checks,
        List<String> lastEvents) {
    public boolean isClean() {
        return violation == null;
    }
}
