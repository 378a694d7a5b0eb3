package io.replsqlite.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/** As {@link ReplicaDataSourceAutoConfiguration}, for Boot 4. */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnClass(JdbcConnectionDetails.class)
@Conditional(OnReplicaUrl.class)
public class Boot4DataSourceAutoConfiguration {
    /** @throws WrongDriverClassException if the configuration names the driver of something else */
    @Bean
    @ConditionalOnMissingBean(JdbcConnectionDetails.class)
    Boot4ConnectionDetails replicaConnectionDetails(Environment environment) {
        WrongDriverClassException.refuseIn(environment);
        return new Boot4ConnectionDetails(environment.getRequiredProperty(OnReplicaUrl.PROPERTY));
    }
}
