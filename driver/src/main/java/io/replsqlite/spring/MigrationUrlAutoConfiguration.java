package io.replsqlite.spring;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Looks at {@code spring.flyway.url} and {@code spring.liquibase.url} before any bean is made: what Boot says of them
 * ("Driver has not been set") names no line.
 */
@AutoConfiguration
public class MigrationUrlAutoConfiguration {
    /** Where there is Flyway. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.flywaydb.core.Flyway")
    static class OfFlyway {
        @Bean
        static BeanFactoryPostProcessor replicaUrlOfFlyway(Environment environment) {
            return beans -> WrongDriverClassException.refuseForTool(environment, "spring.flyway");
        }
    }

    /** Where there is Liquibase. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "liquibase.Liquibase")
    static class OfLiquibase {
        @Bean
        static BeanFactoryPostProcessor replicaUrlOfLiquibase(Environment environment) {
            return beans -> WrongDriverClassException.refuseForTool(environment, "spring.liquibase");
        }
    }
}
