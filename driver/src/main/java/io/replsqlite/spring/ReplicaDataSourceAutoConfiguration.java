package io.replsqlite.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Lets {@code spring.datasource.url} alone configure the data source: Boot does not know the driver of this prefix. For
 * Boot 3; in Boot 4 the type that does it has another package.
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnClass(JdbcConnectionDetails.class)
@Conditional(OnReplicaUrl.class)
public class ReplicaDataSourceAutoConfiguration {
    /** @throws WrongDriverClassException if the configuration names the driver of something else */
    @Bean
    @ConditionalOnMissingBean(JdbcConnectionDetails.class)
    ReplicaConnectionDetails replicaConnectionDetails(Environment environment) {
        WrongDriverClassException.refuseIn(environment);
        return new ReplicaConnectionDetails(environment.getRequiredProperty(OnReplicaUrl.PROPERTY));
    }
}
