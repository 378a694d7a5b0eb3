package io.replsqlite.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.NodePair.Member;
import io.replsqlite.spring.RequestSession;
import io.replsqlite.spring.TokenExchangeFilter;
import io.replsqlite.spring.TokenInterceptor;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.htmlunit.WebClient;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlButton;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.client.RestClient;
import reactor.core.publisher.Flux;

/**
 * Two instances of the shop on two nodes: A on the primary's file, B on the follower's. Contexts and nodes are shared by
 * all tests, so each buys tracks of its own.
 */
@Timeout(120)
class ShopTest {
    private static final int PIECES = 10;

    @TempDir
    private static Path directory;

    private static NodePair nodes;
    private static ShopInstance shopA;
    private static ShopInstance shopB;

    @BeforeAll
    static void open() throws Exception {
        nodes = new NodePair(directory, List.of());
        nodes.startBoth();
        String follower = nodes.databaseFile(Member.FOLLOWER).toString();
        assertThat(ShopLoader.load(follower)).isEqualTo(3503);
        awaitStock(follower);
        shopA = new ShopInstance("A", nodes.databaseFile(Member.PRIMARY));
        shopB = new ShopInstance("B", nodes.databaseFile(Member.FOLLOWER));
    }

    /** Statements that do not compile on the follower yet would run at the primary. */
    private static void awaitStock(String file) throws Exception {
        Await.until("the follower has the stock", Duration.ofSeconds(30), () -> {
            try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + file + "?open_mode=1");
                    Statement statement = reader.createStatement()) {
                return statement.executeQuery("select 1 from Stock limit 1").next();
            }
        });
    }

    @AfterAll
    static void close() throws Exception {
        for (ShopInstance shop : new ShopInstance[] {shopA, shopB}) {
            if (shop != null) {
                shop.close();
            }
        }
        nodes.close();
    }

    private static long stock(ShopInstance shop, long trackId, String... headers) throws Exception {
        return shop.getJson("/api/tracks/" + trackId, headers).at("/data/stock").asLong();
    }

    @Test
    void readsAreLocalOnBothAndOrdersRunAtThePrimary() throws Exception {
        for (ShopInstance shop : List.of(shopA, shopB)) {
            JsonNode artists = shop.getJson("/api/artists?name=ac/dc");
            assertThat(artists.at("/data/0/name").asText()).isEqualTo("AC/DC");
            assertThat(artists.at("/data/0/albums").asInt()).isEqualTo(2);
            assertThat(artists.at("/source/place").asText()).isEqualTo("LOCAL");
            assertThat(artists.at("/source/ageMillis").asLong()).isBetween(0L, 30_000L);
            HttpResponse<String> placed = shop.order(1, 2);
            assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
            JsonNode order = ShopInstance.json(placed);
            assertThat(order.at("/source/place").asText()).isEqualTo("PRIMARY");
            assertThat(order.at("/data/total").decimalValue()).isEqualByComparingTo("1.98");
            assertThat(order.at("/data/pieces").asInt()).isEqualTo(2);
        }
        assertThat(stock(shopB, 1, "Cookie", "other=1")).isBetween(PIECES - 4L, PIECES - 2L);
    }

    @Test
    void anOrderOnOneInstanceIsSeenAtOnceOnTheOtherByItsToken() throws Exception {
        for (int round = 1; round <= PIECES; round++) {
            ShopInstance writer = round % 2 == 0 ? shopA : shopB;
            ShopInstance reader = round % 2 == 0 ? shopB : shopA;
            HttpResponse<String> placed = writer.order(2, 1);
            assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
            String token = ShopInstance.token(placed);
            JsonNode seen = reader.getJson("/api/tracks/2", ShopInstance.TOKEN, token);
            assertThat(seen.at("/data/stock").asLong()).isEqualTo(PIECES - round);
            assertThat(seen.at("/source/place").asText()).isEqualTo("LOCAL");
            JsonNode orders = reader.getJson("/api/customers/1/orders", ShopInstance.TOKEN, token);
            assertThat(orders.at("/data/0/id").asLong())
                    .isGreaterThanOrEqualTo(
                            ShopInstance.json(placed).at("/data/id").asLong());
        }
    }

    @Test
    void aServiceCarriesItsTokenToTheNextByTheInterceptor() throws Exception {
        RestClient client = RestClient.builder()
                .requestInterceptor(shopA.context().getBean(TokenInterceptor.class))
                .build();
        try (RequestSession session = RequestSession.begin(List.of())) {
            String order = "{\"customerId\":2,\"lines\":[{\"trackId\":3,\"quantity\":4}]}";
            client.post()
                    .uri(shopB.url() + "/api/orders")
                    .header("Content-Type", "application/json")
                    .body(order)
                    .retrieve()
                    .toBodilessEntity();
            assertThat(session.tokens()).hasSize(1);
            String track =
                    client.get().uri(shopA.url() + "/api/tracks/3").retrieve().body(String.class);
            assertThat(track).contains("\"stock\":" + (PIECES - 4));
        }
        assertThat(RequestSession.current()).isNull();
    }

    /** Several calls at once, each answered on a thread of the client's own: the session has seen what all of them saw. */
    @Test
    void aReactiveClientCarriesItByTheFilter() {
        var client = org.springframework.web.reactive.function.client.WebClient.builder()
                .filter(shopA.context().getBean(TokenExchangeFilter.class))
                .build();
        String order = "{\"customerId\":2,\"lines\":[{\"trackId\":10,\"quantity\":1}]}";
        try (RequestSession session = RequestSession.begin(List.of())) {
            Flux.range(0, 4)
                    .flatMap(buyer -> client.post()
                            .uri((buyer % 2 == 0 ? shopA : shopB).url() + "/api/orders")
                            .header("Content-Type", "application/json")
                            .bodyValue(order)
                            .retrieve()
                            .toBodilessEntity())
                    .blockLast();
            assertThat(session.tokens()).hasSize(1);
            for (ShopInstance shop : List.of(shopA, shopB)) {
                assertThat(client.get()
                                .uri(shop.url() + "/api/tracks/10")
                                .retrieve()
                                .bodyToMono(String.class)
                                .block())
                        .contains("\"stock\":" + (PIECES - 4));
            }
        }
    }

    @Test
    void aBrowserCarriesItByCookieAndSeesWhereThePageCameFrom() throws Exception {
        HttpResponse<String> placed = shopB.order(4, 3);
        String cookie = placed.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).startsWith("replsqlite-token=").contains("HttpOnly", "SameSite=Lax");
        HttpResponse<String> page = shopA.get("/albums/1", "Cookie", cookie.substring(0, cookie.indexOf(';')));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("For Those About To Rock We Salute You", "Instance <b>A</b>", "ms old");
        assertThat(page.headers().firstValue(ShopInstance.TOKEN)).isPresent();
        assertThat(shopA.get("/?name=acc").body()).contains("Accept").doesNotContain("AC/DC");
        assertThat(shopA.get("/artists/1").body()).contains("Let There Be Rock");
        assertThat(shopB.get("/orders", "Cookie", "replsqlite-token=rubbish").statusCode())
                .as("a browser cannot take a bad cookie back")
                .isEqualTo(200);
    }

    /** As somebody would: searches, opens an album, buys, and goes on at the other instance with the same cookies. */
    @Test
    void aShopperBuysOnOneInstanceAndFindsTheOrderOnTheOther() throws Exception {
        try (WebClient browser = new WebClient()) {
            HtmlPage artists = browser.getPage(shopB.url() + "/");
            HtmlForm search = artists.getForms().get(0);
            search.getInputByName("name").type("Accept");
            HtmlPage found = artists.<HtmlButton>getFirstByXPath("//button").click();
            HtmlPage albums = found.getAnchorByText("Accept").click();
            HtmlPage album = albums.getAnchorByText("Restless and Wild").click();
            assertThat(album.asNormalizedText()).contains("Fast As a Shark", PIECES + " left", "Instance B");
            HtmlPage placed = album.<HtmlButton>getFirstByXPath("//button[@name='trackId'][@value='3']")
                    .click();
            String order = placed.<DomElement>getFirstByXPath("//p/b").getTextContent();
            HtmlPage elsewhere = browser.getPage(shopA.url() + "/orders");
            assertThat(elsewhere.asNormalizedText()).contains("Instance A", order + "\t");
        }
    }

    @Test
    void aMalformedTokenIsRefusedAndAForeignOneIgnored() throws Exception {
        for (String malformed :
                List.of("rubbish", "a_b_c", UUID.randomUUID() + "_-1_0000000000000001", "x".repeat(2000))) {
            assertThat(shopA.get("/api/tracks/5", ShopInstance.TOKEN, malformed).statusCode())
                    .as(malformed)
                    .isEqualTo(400);
        }
        String foreign = UUID.randomUUID() + "_9_00000000000fffff";
        HttpResponse<String> answer = shopA.get("/api/tracks/5", ShopInstance.TOKEN, foreign);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ShopInstance.json(answer).at("/source/place").asText()).isEqualTo("LOCAL");
        assertThat(ShopInstance.token(answer).split(","))
                .as("it is handed on, beside our own, in whatever order")
                .hasSize(2)
                .contains(foreign);
    }

    @Test
    void aTokenThatIsMadeUpHarmsNobodyElse() throws Exception {
        String own = ShopInstance.token(shopB.get("/api/tracks/5"));
        String madeUp = own.substring(0, own.lastIndexOf('_')) + "_00000000ffffffff";
        for (int request = 0; request < 10; request++) {
            assertThat(shopB.getJson("/api/tracks/5", ShopInstance.TOKEN, madeUp)
                            .at("/source/place")
                            .asText())
                    .as("the replica cannot show it")
                    .isEqualTo("PRIMARY");
        }
        for (int request = 0; request < 10; request++) {
            assertThat(shopB.getJson("/api/tracks/5").at("/source/place").asText())
                    .isEqualTo("LOCAL");
        }
    }

    @Test
    void oneRequestMaySayWhatItsReadsMustSee() throws Exception {
        JsonNode linearizable = shopB.getJson("/api/tracks/5?consistency=linearizable");
        assertThat(linearizable.at("/source/place").asText()).isEqualTo("LOCAL");
        assertThat(linearizable.at("/source/why").asText()).contains("linearizable");
        JsonNode atPrimary = shopB.getJson("/api/tracks/5?consistency=primary");
        assertThat(atPrimary.at("/source/place").asText()).isEqualTo("PRIMARY");
        assertThat(shopB.getJson("/api/tracks/5").at("/source/place").asText()).isEqualTo("LOCAL");
        assertThat(shopB.get("/api/tracks/5?consistency=strict").statusCode()).isEqualTo(400);
    }

    @Test
    void concurrentOrdersNeverSellWhatIsNotThere() throws Exception {
        int buyers = 24;
        ExecutorService crowd = Executors.newFixedThreadPool(8);
        List<Integer> statuses = new ArrayList<>();
        try {
            List<Callable<Integer>> purchases = new ArrayList<>();
            for (int buyer = 0; buyer < buyers; buyer++) {
                ShopInstance shop = buyer % 2 == 0 ? shopA : shopB;
                purchases.add(() -> shop.order(6, 1).statusCode());
            }
            for (Future<Integer> purchase : crowd.invokeAll(purchases, 60, TimeUnit.SECONDS)) {
                statuses.add(purchase.get());
            }
        } finally {
            crowd.shutdownNow();
        }
        assertThat(statuses).containsOnly(201, 409);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(PIECES);
        JdbcTemplate jdbc = shopA.context().getBean(JdbcTemplate.class);
        assertThat(jdbc.queryForObject(
                        "/*+ replsqlite: consistency=primary */ select Quantity from Stock where TrackId = 6",
                        Long.class))
                .isZero();
        assertThat(jdbc.queryForObject(
                        "/*+ replsqlite: consistency=primary */ select sum(Quantity) from InvoiceLine where TrackId = 6"
                                + " and InvoiceId > 412",
                        Long.class))
                .isEqualTo(PIECES);
    }

    @Test
    void anOrderIsPlacedWholeOrNotAtAll() throws Exception {
        HttpResponse<String> refused = shopB.order(7, PIECES + 1);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("was not placed");
        String unknownCustomer = "{\"customerId\":987654,\"lines\":[{\"trackId\":7,\"quantity\":1}]}";
        RestClient client = RestClient.create(shopB.url());
        assertThatThrownBy(() -> client.post()
                        .uri("/api/orders")
                        .header("Content-Type", "application/json")
                        .body(unknownCustomer)
                        .retrieve()
                        .toBodilessEntity())
                .hasMessageContaining("500");
        assertThat(shopB.getJson("/api/tracks/7?consistency=linearizable")
                        .at("/data/stock")
                        .asInt())
                .isEqualTo(PIECES);
        assertThat(shopB.get("/api/tracks/987654").statusCode()).isEqualTo(404);
    }

    @Test
    void whileThePrimaryIsAwayBrowsingGoesOnAndOrdersAreToldToComeBack() throws Exception {
        String before = ShopInstance.token(shopB.order(8, 1));
        assertThat(stock(shopB, 8, ShopInstance.TOKEN, before)).isEqualTo(PIECES - 1);
        nodes.stop(Member.PRIMARY);
        try {
            HttpResponse<String> refused = shopB.order(8, 1);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            JsonNode track = shopB.getJson("/api/tracks/8", ShopInstance.TOKEN, before);
            assertThat(track.at("/data/stock").asLong()).isEqualTo(PIECES - 1);
            assertThat(track.at("/source/place").asText()).isEqualTo("LOCAL");
            assertThat(shopB.get("/albums/1").statusCode()).isEqualTo(200);
            assertThat(health(shopB, "Reads")).isEqualTo(Status.UP);
            assertThat(health(shopB, "Writes")).isEqualTo(new Status("DEGRADED"));
        } finally {
            nodes.start(Member.PRIMARY);
        }
        Await.until("orders are taken again", Duration.ofSeconds(30), () -> placedWith(shopB, 8));
        assertThat(shopB.getJson("/api/tracks/8?consistency=linearizable")
                        .at("/data/stock")
                        .asLong())
                .isEqualTo(PIECES - 2);
        Await.until("on the primary's own instance too", Duration.ofSeconds(30), () -> placedWith(shopA, 8));
    }

    private static Status health(ShopInstance shop, String of) {
        return shop.context()
                .getBean("replsqlite" + of + "HealthIndicator", HealthIndicator.class)
                .health()
                .getStatus();
    }

    private static boolean placedWith(ShopInstance shop, long trackId) throws IOException, InterruptedException {
        return shop.order(trackId, 1).statusCode() == 201;
    }

    @Test
    void springNamesTheErrorsOfThePrimary() {
        JdbcTemplate jdbc = shopB.context().getBean(JdbcTemplate.class);
        Map<String, Class<? extends Exception>> names = Map.of(
                "insert into Genre(GenreId, Name) values(1, 'again')", DuplicateKeyException.class,
                "insert into Album(Title, ArtistId) values(null, 1)", DataIntegrityViolationException.class,
                "insert into Album(Title, ArtistId) values('x', 987654)", DataIntegrityViolationException.class,
                "update Stock set Quantity = -1 where TrackId = 9", DataIntegrityViolationException.class,
                "insert into nothing values(1)", BadSqlGrammarException.class);
        names.forEach((sql, type) ->
                assertThatThrownBy(() -> jdbc.update(sql)).as(sql).isInstanceOf(type));
    }
}
