package io.replsqlite.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaMetricsTest {
    @TempDir
    private Path directory;

    /** The case for which there are alerts: no node, so nothing can be looked at. */
    @Test
    void aReplicaThatCannotBeLookedAtIsNotReadableAndHoldsUpAScrapeOnce() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        String url = "jdbc:replsqlite:" + directory.resolve("app.db") + "?connectTimeout=1s";
        try (ReplicaObserver observer = new ReplicaObserver(url)) {
            new ReplicaMetrics(observer).bindTo(registry);
            Deadline ofFourOpenings = Deadline.after(Duration.ofSeconds(4), MonotonicClock.SYSTEM);
            List<Double> others = new ArrayList<>();
            registry.getMeters().stream()
                    .map(meter -> meter.getId().getName())
                    .filter(name -> !name.equals("replsqlite.replica.readable"))
                    .forEach(name -> others.add(registry.get(name).gauge().value()));
            double readable =
                    registry.get("replsqlite.replica.readable").gauge().value();
            assertThat(ofFourOpenings.hasPassed())
                    .as("each of the gauges waited for the replica")
                    .isFalse();
            assertThat(readable).isZero();
            assertThat(others).hasSizeGreaterThan(5).containsOnly(Double.NaN);
        }
    }
}
