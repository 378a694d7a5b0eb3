package io.replsqlite.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.replsqlite.ReplicaDriver;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.node.ReplicaNode;
import io.replsqlite.spring.KeptWithoutPrimary;
import io.replsqlite.spring.ReplicaEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** What an application has to say to Spring Boot: the URL, and nothing else. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class AutoConfigurationTest {
    @TempDir
    private Path directory;

    /** An application with nothing of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Bare {}

    private static ConfigurableApplicationContext run(String... arguments) {
        return new SpringApplicationBuilder(Bare.class)
                .web(WebApplicationType.NONE)
                .properties("spring.config.location=optional:classpath:/none/", "spring.main.banner-mode=off")
                .run(arguments);
    }

    @Test
    void theUrlAloneIsEnough() throws Exception {
        try (ReplicaNode node = ReplicaNode.start(
                NodeSettings.of(Map.of("dir", directory.toString(), "listen", "127.0.0.1:0")), MonotonicClock.SYSTEM)) {
            assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
            String url = "jdbc:replsqlite:" + directory.resolve("app.db");
            try (ConfigurableApplicationContext context = run("--spring.datasource.url=" + url)) {
                assertThat(context.getBean(DataSource.class)).isInstanceOfSatisfying(HikariDataSource.class, pool -> {
                    assertThat(pool.getDriverClassName()).isEqualTo(ReplicaDriver.class.getName());
                    assertThat(pool.getJdbcUrl()).isEqualTo(url);
                    assertThat(pool.getExceptionOverrideClassName()).isEqualTo(KeptWithoutPrimary.class.getName());
                });
                JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                jdbc.execute("create table note(text)");
                assertThat(jdbc.update("insert into note values('a')")).isEqualTo(1);
                assertThat(jdbc.queryForObject("select text from note", String.class))
                        .isEqualTo("a");
            }
        }
    }

    @Test
    void healthTellsReadsFromWrites() throws Exception {
        ReplicaNode node = ReplicaNode.start(
                NodeSettings.of(Map.of("dir", directory.toString(), "listen", "127.0.0.1:0")), MonotonicClock.SYSTEM);
        try (node) {
            assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
            String url = "jdbc:replsqlite:" + directory.resolve("app.db") + "?connectTimeout=1s";
            try (ConfigurableApplicationContext context = run("--spring.datasource.url=" + url)) {
                assertThat(health(context, "replsqliteReads").getStatus()).isEqualTo(Status.UP);
                Health writes = health(context, "replsqliteWrites");
                assertThat(writes.getStatus()).isEqualTo(Status.UP);
                assertThat(writes.getDetails())
                        .containsEntry("role", "primary")
                        .containsEntry("primaryReachable", true);
                assertThat(context.getBean(ReplicaEndpoint.class).status()).containsEntry("readyForWrites", true);
                assertThat(context.getBean(ReplicaEndpoint.class).status().get("leaseHistory"))
                        .asString()
                        .contains("kind=led", "epoch=1");
                assertThat(context.getBean(MeterRegistry.class)
                                .get("replsqlite.replica.primary")
                                .tag("database", "app")
                                .gauge()
                                .value())
                        .isEqualTo(1);
                node.close();
                assertThat(health(context, "replsqliteReads").getStatus()).isEqualTo(Status.UP);
                assertThat(health(context, "replsqliteWrites").getStatus()).isEqualTo(new Status("DEGRADED"));
            }
        }
    }

    private static Health health(ConfigurableApplicationContext context, String name) {
        return context.getBean(name + "HealthIndicator", HealthIndicator.class).health();
    }

    @Test
    void aLeftoverDriverNamesTheLineToChange(CapturedOutput output) {
        assertThatThrownBy(() -> run(
                        "--spring.datasource.url=jdbc:replsqlite:" + directory.resolve("app.db"),
                        "--spring.datasource.driver-class-name=org.sqlite.JDBC"))
                .hasStackTraceContaining("spring.datasource.driver-class-name is org.sqlite.JDBC");
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Remove the line with spring.datasource.driver-class-name")
                .contains("or set it to io.replsqlite.ReplicaDriver");
    }

    @Test
    void otherUrlsAreLeftAlone() {
        try (ConfigurableApplicationContext context = run("--spring.datasource.url=jdbc:sqlite::memory:")) {
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("select 1", Long.class))
                    .isEqualTo(1);
            assertThat(context.getBeanNamesForType(DataSource.class)).hasSize(1);
        }
    }
}
