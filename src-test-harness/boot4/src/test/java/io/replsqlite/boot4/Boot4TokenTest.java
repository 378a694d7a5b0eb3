package io.replsqlite.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.fault.SharedNodes;
import io.replsqlite.spring.RequestSession;
import io.replsqlite.spring.TokenExchangeFilter;
import io.replsqlite.spring.TokenInterceptor;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** The token's way in, through the pool, out, and back in the clients, with the classes of Spring 7. */
@Timeout(90)
class Boot4TokenTest {
    private static ConfigurableApplicationContext context;
    private static String url;

    /** An application that says nothing about tokens but that it wants them. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Notes.class)
    static class WithNotes {}

    @RestController
    static class Notes {
        private final JdbcTemplate jdbc;

        Notes(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @PostMapping("/notes")
        int add() {
            return jdbc.update("insert into note values('one')");
        }

        /** How many there are, and the token with which that was asked. */
        @GetMapping("/notes")
        String count(@RequestHeader(name = "Replsqlite-Token", required = false) String token) {
            return jdbc.queryForObject("select count(*) from note", Long.class) + " for " + token;
        }
    }

    @BeforeAll
    static void open() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        context = new SpringApplicationBuilder(WithNotes.class)
                .properties("spring.config.location=optional:classpath:/none/", "spring.main.banner-mode=off")
                .run("--server.port=0", "--replsqlite.token.enabled=true", "--spring.datasource.url=" + database.url());
        url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/notes";
        context.getBean(JdbcTemplate.class).execute("create table note(text)");
    }

    @AfterAll
    static void close() {
        context.close();
    }

    @Test
    void aRestClientTakesTheTokenOverAndSendsItAlong() {
        RestClient client = RestClient.builder()
                .requestInterceptor(context.getBean(TokenInterceptor.class))
                .build();
        try (RequestSession session = RequestSession.begin(List.of())) {
            client.post().uri(url).retrieve().toBodilessEntity();
            String token = session.tokens().get(0).toString();
            assertThat(client.get().uri(url).retrieve().body(String.class)).endsWith(" for " + token);
        }
    }

    @Test
    void aWebClientTakesTheTokenOverAndSendsItAlong() {
        WebClient client = WebClient.builder()
                .filter(context.getBean(TokenExchangeFilter.class))
                .build();
        try (RequestSession session = RequestSession.begin(List.of())) {
            client.post().uri(url).retrieve().toBodilessEntity().block();
            String token = session.tokens().get(0).toString();
            assertThat(client.get().uri(url).retrieve().bodyToMono(String.class).block())
                    .endsWith(" for " + token);
            assertThat(client.get()
                            .uri(url)
                            .retrieve()
                            .bodyToMono(String.class)
                            .contextWrite(Context.of(RequestSession.class, session))
                            .subscribeOn(Schedulers.parallel())
                            .block())
                    .as("subscribed on a thread without a session")
                    .endsWith(" for " + token);
        }
        assertThat(client.get().uri(url).retrieve().bodyToMono(String.class).block())
                .as("outside of any session")
                .endsWith(" for null");
    }
}
