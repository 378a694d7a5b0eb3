package io.replsqlite.spring;

import com.zaxxer.hikari.SQLExceptionOverride;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Lets {@code spring.datasource.url} alone configure the data source: Boot does not know the driver of this prefix. */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnClass(JdbcConnectionDetails.class)
@Conditional(ReplicaDataSourceAutoConfiguration.OnReplicaUrl.class)
public class ReplicaDataSourceAutoConfiguration {
    static final String URL = "spring.datasource.url";
    static final String PREFIX = "jdbc:replsqlite:";

    /** @throws WrongDriverClassException if the configuration names the driver of something else */
    @Bean
    @ConditionalOnMissingBean(JdbcConnectionDetails.class)
    ReplicaConnectionDetails replicaConnectionDetails(Environment environment) {
        WrongDriverClassException.refuseIn(environment);
        return new ReplicaConnectionDetails(environment.getRequiredProperty(URL));
    }

    /** For the pool that Boot makes unless it is told otherwise. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SQLExceptionOverride.class)
    static class Hikari {
        @Bean
        static HikariPostProcessor replicaHikariPostProcessor() {
            return new HikariPostProcessor();
        }
    }

    /** The URL is one of this driver's. */
    static final class OnReplicaUrl extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            String url = context.getEnvironment().getProperty(URL, "");
            ConditionMessage.Builder message = ConditionMessage.forCondition("replsqlite URL");
            return url.startsWith(PREFIX)
                    ? ConditionOutcome.match(message.because(URL + " begins with " + PREFIX))
                    : ConditionOutcome.noMatch(message.because(URL + " does not begin with " + PREFIX));
        }
    }
}
