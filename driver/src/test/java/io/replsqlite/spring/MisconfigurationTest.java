package io.replsqlite.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Lines that are left over from plain SQLite, or are missing, and what the failed start says about them. */
class MisconfigurationTest {
    private static final String URL = "jdbc:replsqlite:/nowhere/app.db";
    private static final String SQLITE = "org.sqlite.JDBC";

    /** Not all of Boot: the class path of this module has that of two versions. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ReplicaDataSourceAutoConfiguration.class, MigrationUrlAutoConfiguration.class})
    static class Bare {}

    private static ConfigurableApplicationContext run(String... arguments) {
        return new SpringApplicationBuilder(Bare.class)
                .web(WebApplicationType.NONE)
                .properties("spring.config.location=optional:classpath:/none/", "spring.main.banner-mode=off")
                .run(arguments);
    }

    static Stream<Arguments> wrong() {
        String ours = "io.replsqlite.ReplicaDriver";
        return Stream.of(
                Arguments.of(
                        "spring.datasource.url=" + URL,
                        "spring.datasource.driver-class-name=" + SQLITE,
                        "Remove the line with spring.datasource.driver-class-name (at \"spring.datasource.driver-class-name\" from property source \"commandLineArgs\"), or set it to "
                                + ours + "."),
                Arguments.of(
                        "spring.datasource.url=" + URL,
                        "spring.datasource.hikari.driver-class-name=" + SQLITE,
                        "Remove the line with spring.datasource.hikari.driver-class-name"),
                Arguments.of(
                        "spring.flyway.url=" + URL,
                        "spring.flyway.user=",
                        "Or add spring.flyway.driver-class-name=" + ours),
                Arguments.of(
                        "spring.flyway.url=" + URL,
                        "spring.flyway.driver-class-name=" + SQLITE,
                        "Remove the line with spring.flyway.driver-class-name"),
                Arguments.of(
                        "spring.liquibase.url=" + URL,
                        "spring.liquibase.user=",
                        "Remove the line with spring.liquibase.url"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void theStartFailsWithTheLineToChange(String first, String second, String advice) {
        Throwable failure = catchThrowable(() -> run("--" + first, "--" + second));
        assertThat(failure).isNotNull();
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        assertThat(root).isInstanceOf(WrongDriverClassException.class);
        FailureAnalysis told = new WrongDriverClassAnalyzer().analyze(failure);
        assertThat(told).isNotNull();
        assertThat(told.getAction()).contains(advice);
        assertThat(told.getDescription()).contains("jdbc:replsqlite:").isEqualTo(root.getMessage());
    }

    @Test
    void whatIsRightOrNotOursIsLeftAlone() {
        try (ConfigurableApplicationContext context = run(
                "--spring.datasource.url=jdbc:sqlite::memory:",
                "--spring.datasource.driver-class-name=" + SQLITE,
                "--spring.flyway.url=jdbc:sqlite::memory:",
                "--spring.liquibase.url=" + URL,
                "--spring.liquibase.driver-class-name=io.replsqlite.ReplicaDriver")) {
            assertThat(context.isRunning()).isTrue();
            assertThat(context.getBeanNamesForType(ReplicaConnectionDetails.class))
                    .isEmpty();
        }
    }
}
