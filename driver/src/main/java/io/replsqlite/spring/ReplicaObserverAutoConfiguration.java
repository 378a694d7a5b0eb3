package io.replsqlite.spring;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.replsqlite.observe.ReplicaMetrics;
import io.replsqlite.observe.ReplicaObserver;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What monitoring sees: gauges where Micrometer is, the endpoint {@code replsqlite} where the actuator is. */
@AutoConfiguration
@Conditional(OnReplicaUrl.class)
public class ReplicaObserverAutoConfiguration {
    /** Opens its connection at the first look, so a replica that is not there yet does not stop the start. */
    @Bean
    @ConditionalOnMissingBean
    ReplicaObserver replicaObserver(Environment environment) {
        return new ReplicaObserver(environment.getRequiredProperty(OnReplicaUrl.PROPERTY));
    }

    /** Gauges. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        @ConditionalOnMissingBean
        ReplicaMetrics replicaMetrics(ReplicaObserver observer) {
            return new ReplicaMetrics(observer);
        }
    }

    /** The endpoint; exposed over HTTP only if {@code management.endpoints.web.exposure.include} says so. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Endpoint.class)
    static class Actuator {
        @Bean
        @ConditionalOnMissingBean
        ReplicaEndpoint replicaEndpoint(ReplicaObserver observer, Environment environment) {
            return new ReplicaEndpoint(observer, HealthSettings.writeProbe(environment));
        }
    }
}
