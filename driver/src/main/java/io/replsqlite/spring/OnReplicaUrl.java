package io.replsqlite.spring;

import io.replsqlite.ReplicaDriver;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The URL in {@code spring.datasource.url} is one of this driver's. */
final class OnReplicaUrl extends SpringBootCondition {
    static final String PROPERTY = "spring.datasource.url";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        String url = context.getEnvironment().getProperty(PROPERTY, "");
        ConditionMessage.Builder message = ConditionMessage.forCondition("replsqlite URL");
        return ReplicaDriver.accepts(url)
                ? ConditionOutcome.match(message.because(PROPERTY + " is one of this driver's"))
                : ConditionOutcome.noMatch(message.because(PROPERTY + " is not one of this driver's"));
    }
}
