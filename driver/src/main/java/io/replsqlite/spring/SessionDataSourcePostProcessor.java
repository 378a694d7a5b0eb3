package io.replsqlite.spring;

import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** Puts a {@link SessionDataSource} before every data source bean. Those that lead to other data sources stay bare. */
final class SessionDataSourcePostProcessor implements BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        boolean leadsToAnother = bean instanceof DelegatingDataSource || bean instanceof AbstractRoutingDataSource;
        return bean instanceof DataSource source && !leadsToAnother ? new SessionDataSource(source) : bean;
    }
}
