package io.replsqlite.spring;

import java.time.Duration;
import org.springframework.core.env.Environment;

/** What the health of Boot 3 and that of Boot 4 have in common. */
final class HealthSettings {
    /** Switches both indicators off, as Boot's own indicators are. */
    static final String ENABLED = "management.health.replsqlite.enabled";

    /**
     * Reads go on, writes do not. Boot's aggregation does not know it, so by default it neither takes the instance out of
     * its load balancer nor counts as up; a health group or {@code status.order} can give it a weight.
     */
    static final String DEGRADED = "DEGRADED";

    private static final String WRITE_PROBE = "replsqlite.health.write-probe";
    private static final Duration WRITE_PROBE_DEFAULT = Duration.ofSeconds(1);

    private HealthSettings() {}

    /** How long the primary may take to answer. */
    static Duration writeProbe(Environment environment) {
        return environment.getProperty(WRITE_PROBE, Duration.class, WRITE_PROBE_DEFAULT);
    }
}
