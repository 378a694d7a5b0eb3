package io.replsqlite.spring;

import jakarta.servlet.Filter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;

/**
 * {@code replsqlite.token.enabled=true}: requests and their connections share a session that travels as a token;
 * {@code replsqlite.token.cookie=true}: in a cookie too. Off by default, because whoever sends a token decides what reads
 * wait for.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        })
@ConditionalOnClass(DelegatingDataSource.class)
@ConditionalOnProperty(name = "replsqlite.token.enabled", havingValue = "true")
public class TokenAutoConfiguration {
    @Bean
    static SessionDataSourcePostProcessor sessionDataSourcePostProcessor() {
        return new SessionDataSourcePostProcessor();
    }

    /** The incoming side. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass({Filter.class, OncePerRequestFilter.class})
    static class Incoming {
        /** Before everything that may use the database. */
        private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

        @Bean
        FilterRegistrationBean<TokenFilter> tokenFilter(Environment environment) {
            boolean withCookie = environment.getProperty("replsqlite.token.cookie", Boolean.class, false);
            FilterRegistrationBean<TokenFilter> registration =
                    new FilterRegistrationBean<>(new TokenFilter(withCookie));
            registration.setOrder(ORDER);
            return registration;
        }
    }

    /** The outgoing side, for whoever builds a client. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ClientHttpRequestInterceptor.class)
    static class Outgoing {
        @Bean
        @ConditionalOnMissingBean
        TokenInterceptor tokenInterceptor() {
            return new TokenInterceptor();
        }
    }

    /** The same for a reactive client. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ExchangeFilterFunction.class)
    static class OutgoingReactive {
        @Bean
        @ConditionalOnMissingBean
        TokenExchangeFilter tokenExchangeFilter() {
            return new TokenExchangeFilter();
        }
    }
}
