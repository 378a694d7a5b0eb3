package io.replsqlite.spring;

import io.replsqlite.observe.ReplicaObserver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * As {@link ReplicaHealthAutoConfiguration}, for Boot 4.
 */
@AutoConfiguration(after = ReplicaObserverAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnProperty(name = HealthSettings.ENABLED, matchIfMissing = true)
@Conditional(OnReplicaUrl.class)
public class Boot4HealthAutoConfiguration {
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
