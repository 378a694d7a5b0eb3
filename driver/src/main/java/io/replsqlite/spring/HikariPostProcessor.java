package io.replsqlite.spring;

import com.zaxxer.hikari.HikariDataSource;
import io.replsqlite.ReplicaDriver;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Gives {@link KeptWithoutPrimary} to the pools of this driver that have no such rule of their own. */
final class HikariPostProcessor implements BeanPostProcessor {
    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool && isOfThisDriver(pool) && isFree(pool)) {
            pool.setExceptionOverrideClassName(KeptWithoutPrimary.class.getName());
        }
        return bean;
    }

    private static boolean isOfThisDriver(HikariDataSource pool) {
        String url = pool.getJdbcUrl();
        return url != null && ReplicaDriver.accepts(url);
    }

    private static boolean isFree(HikariDataSource pool) {
        return pool.getExceptionOverrideClassName() == null;
    }
}
