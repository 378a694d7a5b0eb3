package io.replsqlite.spring;

import com.zaxxer.hikari.SQLExceptionOverride;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** For the pool that Boot makes unless it is told otherwise. */
@AutoConfiguration
@ConditionalOnClass(SQLExceptionOverride.class)
@Conditional(OnReplicaUrl.class)
public class ReplicaPoolAutoConfiguration {
    @Bean
    static HikariPostProcessor replicaHikariPostProcessor() {
        return new HikariPostProcessor();
    }
}
