package io.replsqlite.spring;

import io.replsqlite.observe.ReplicaObserver;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * The health of reads and of writes, apart: {@code replsqliteReads} and {@code replsqliteWrites}. For Boot 3.
 */
@AutoConfiguration(after = ReplicaObserverAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnProperty(name = HealthSettings.ENABLED, matchIfMissing = true)
@Conditional(OnReplicaUrl.class)
public class ReplicaHealthAutoConfiguration {
    @Bean
    HealthIndicator replsqliteReadsHealthIndicator(ReplicaObserver observer) {
        return () -> health(observer.reads(), Health.down());
    }

    /** Never up without a primary that answers. */
    @Bean
    HealthIndicator replsqliteWritesHealthIndicator(ReplicaObserver observer, Environment environment) {
        return () ->
                health(observer.writes(HealthSettings.writeProbe(environment)), Health.status(HealthSettings.DEGRADED));
    }

    private static Health health(ReplicaObserver.Reading reading, Health.Builder notReady) {
        return (reading.ready() ? Health.up() : notReady)
                .withDetails(reading.details())
                .build();
    }
}
