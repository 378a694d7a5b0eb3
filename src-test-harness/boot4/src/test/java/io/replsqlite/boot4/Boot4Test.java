package io.replsqlite.boot4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.replsqlite.ReplicaDriver;
import io.replsqlite.harness.fault.SharedNodes;
import io.replsqlite.spring.KeptWithoutPrimary;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(90)
@ExtendWith(OutputCaptureExtension.class)
class Boot4Test {
    /** An application with nothing of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Bare {}

    private static ConfigurableApplicationContext run(String... arguments) {
        return new SpringApplicationBuilder(Bare.class)
                .properties(
                        "spring.config.location=optional:classpath:/none/",
                        "spring.main.banner-mode=off",
                        "server.port=0",
                        "management.endpoints.web.exposure.include=health,metrics,replsqlite",
                        "management.endpoint.health.show-details=always")
                .run(arguments);
    }

    private static String get(ConfigurableApplicationContext context, String path) throws Exception {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void theUrlAloneIsEnough() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        try (ConfigurableApplicationContext context = run("--spring.datasource.url=" + database.url())) {
            assertThat(context.getBean(DataSource.class)).isInstanceOfSatisfying(HikariDataSource.class, pool -> {
                assertThat(pool.getDriverClassName()).isEqualTo(ReplicaDriver.class.getName());
                assertThat(pool.getExceptionOverrideClassName()).isEqualTo(KeptWithoutPrimary.class.getName());
            });
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            jdbc.execute("create table note(text)");
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            transaction.executeWithoutResult(status -> jdbc.update("insert into note values('a')"));
            assertThat(jdbc.queryForObject("select text from note", String.class))
                    .isEqualTo("a");

            assertThat(get(context, "/actuator/health"))
                    .contains("\"replsqliteReads\":{", "\"replsqliteWrites\":{", "\"primaryReachable\":true")
                    .doesNotContain("DEGRADED", "DOWN");
            assertThat(get(context, "/actuator/replsqlite"))
                    .contains("\"role\":\"follower\"", "\"readyForReads\":true", "\"readyForWrites\":true");
            assertThat(get(context, "/actuator/metrics/replsqlite.replica.lag")).contains("\"measurements\"");
        }
    }

    @Test
    void aLeftoverDriverNamesTheLineToChange(CapturedOutput output) {
        assertThatThrownBy(() -> run(
                        "--spring.datasource.url=jdbc:replsqlite:/nowhere/app.db",
                        "--spring.datasource.driver-class-name=org.sqlite.JDBC"))
                .hasStackTraceContaining("spring.datasource.driver-class-name is org.sqlite.JDBC");
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Remove the line with spring.datasource.driver-class-name");
    }

    @Test
    void otherUrlsAreLeftAlone() {
        try (ConfigurableApplicationContext context = run("--spring.datasource.url=jdbc:sqlite::memory:")) {
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("select 1", Long.class))
                    .isEqualTo(1);
            assertThat(context.getBeanNamesForType(io.replsqlite.observe.ReplicaObserver.class))
                    .isEmpty();
        }
    }
}
