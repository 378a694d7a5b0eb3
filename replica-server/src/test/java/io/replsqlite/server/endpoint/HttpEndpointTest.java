package io.replsqlite.server.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the endpoint makes of clients that keep to the protocol, and of those that do not. */
@Timeout(30)
class HttpEndpointTest {
    private static final int MAX_BODY = 1000;
    private static final EndpointLimits LIMITS =
            new EndpointLimits(8, MAX_BODY, 2000, 100, Duration.ofMillis(1500), Duration.ofMillis(800));
    private static final String AUTHORIZED = "Authorization: Bearer secret\r\n";

    private final AtomicInteger handled = new AtomicInteger();
    private final Semaphore started = new Semaphore(0);
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Socket> sockets = new ArrayList<>();
    private HttpEndpoint endpoint;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        RouteLimit two = new RouteLimit(2, exchange -> {
            throw new RefusedException(429, "overloaded", "two at once");
        });
        Routes routes = new Routes()
                .add("POST", "/echo/*", exchange -> {
                    byte[] body = exchange.body();
                    handled.incrementAndGet();
                    exchange.answer(200, "text/plain", (exchange.variable() + "=" + body.length).getBytes(US_ASCII));
                })
                .add("POST", "/slow", two.on(exchange -> {
                    started.release();
                    release.await();
                    exchange.answer(200, "text/plain", new byte[0]);
                }))
                .add("GET", "/defect", exchange -> {
                    throw new IllegalStateException("a defect");
                });
        endpoint = new HttpEndpoint(
                new EndpointSettings("127.0.0.1", 0, null, EndpointSettings.ClientCertificate.NONE, LIMITS),
                routes,
                new BearerTokens(List.of("secret", "the-next-secret")),
                MonotonicClock.SYSTEM);
        port = endpoint.bind();
        endpoint.serve();
    }

    @AfterEach
    void stop() throws IOException {
        release.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        endpoint.close();
    }

    private Socket send(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return socket;
    }

    /** Everything up to the end of the connection. */
    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    private static String post(String path, String headers, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\n" + headers + "Content-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private String ask(String request) throws IOException {
        return answer(send(request));
    }

    @Test
    void aRequestGetsItsRoutesAnswer() throws IOException {
        assertThat(ask(post("/echo/app", AUTHORIZED, "12345")))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("app=5");
    }

    @Test
    void nobodyGetsInWithoutTheToken() throws IOException {
        for (String headers : List.of(
                "",
                "Authorization: Bearer wrong\r\n",
                "Authorization: secret\r\n",
                "Authorization: Bearer secret2\r\n",
                "Authorization: Bearer secre\r\n")) {
            assertThat(ask(post("/echo/app", headers, "")))
                    .as(headers)
                    .startsWith("HTTP/1.1 401 ")
                    .contains("\"error\":\"unauthorized\"")
                    .doesNotContain("secret");
        }
        assertThat(ask(post("/nowhere", "", "")))
                .as("does not tell which routes exist")
                .startsWith("HTTP/1.1 401 ");
        assertThat(handled).hasValue(0);
    }

    @Test
    void aBodyAboveTheLimitIsRefusedWhetherAnnouncedOrNot() throws IOException {
        assertThat(ask(post("/echo/app", AUTHORIZED, "x".repeat(MAX_BODY)))).endsWith("app=" + MAX_BODY);
        String tooMuch = "x".repeat(MAX_BODY + 1);
        assertThat(ask(post("/echo/app", AUTHORIZED, tooMuch)))
                .startsWith("HTTP/1.1 413 ")
                .contains("requestTooLarge", "max-request-bytes");
        String chunked = "POST /echo/app HTTP/1.1\r\nHost: node\r\nConnection: close\r\n" + AUTHORIZED
                + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(tooMuch.length()) + "\r\n" + tooMuch
                + "\r\n0\r\n\r\n";
        assertThat(ask(chunked)).startsWith("HTTP/1.1 413 ").contains("requestTooLarge");
        assertThat(handled).hasValue(1);
    }

    @Test
    void aBodyThatEndsEarlyIsNotTakenForAWhole() throws IOException {
        Socket socket =
                send("POST /echo/app HTTP/1.1\r\nHost: node\r\n" + AUTHORIZED + "Content-Length: 100\r\n\r\nhalf");
        socket.shutdownOutput();
        assertThat(answer(socket)).startsWith("HTTP/1.1 400 ").contains("truncatedBody", "Nothing was executed");
        assertThat(handled).hasValue(0);
    }

    @Test
    void aPathOrMethodThatIsNotThereIsNamed() throws IOException {
        assertThat(ask("GET /echo/app HTTP/1.1\r\nHost: node\r\nConnection: close\r\n" + AUTHORIZED + "\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("There is no GET /echo/app.");
        assertThat(ask(post("/echo/app/more", AUTHORIZED, ""))).startsWith("HTTP/1.1 404 ");
        assertThat(ask(post("/echo/", AUTHORIZED, ""))).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void garbageIsAnsweredWith400AndHarmsNobody() throws IOException {
        for (String garbage : List.of("hello\r\n\r\n", "\u0001\u0002\u0003\r\n\r\n", "POST\r\n\r\n")) {
            assertThat(ask(garbage)).as(garbage).contains(" 400 ");
        }
        assertThat(ask("GET / SPDY/9\r\n\r\n")).contains(" 505 ");
        assertThat(ask(post("/echo/app", AUTHORIZED, ""))).endsWith("app=0");
    }

    @Test
    void clientsThatStallInTheirHeadersHoldNoThreadAndAreCutOff() throws IOException {
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < 40; i++) { // many more than threads
            stalled.add(send("POST /echo/app HTTP/1.1\r\nHost: no"));
        }
        assertThat(ask(post("/echo/app", AUTHORIZED, "1"))).endsWith("app=1");
        for (Socket socket : stalled) {
            assertThat(answer(socket)).as("answered or just closed").doesNotContain("200");
        }
    }

    @Test
    void aDefectInARouteIsAnsweredAndTheNextRequestServed() throws IOException {
        assertThat(ask("GET /defect HTTP/1.1\r\nHost: node\r\nConnection: close\r\n" + AUTHORIZED + "\r\n"))
                .startsWith("HTTP/1.1 500 ")
                .contains("\"error\":\"internal\"");
        assertThat(ask(post("/echo/app", AUTHORIZED, ""))).endsWith("app=0");
    }

    @Test
    void aRouteAtItsLimitRefusesAtOnceAndLeavesTheOthersAlone() throws Exception {
        Socket first = send(post("/slow", AUTHORIZED, ""));
        Socket second = send(post("/slow", AUTHORIZED, ""));
        started.acquire(2);
        assertThat(ask(post("/slow", AUTHORIZED, "")))
                .startsWith("HTTP/1.1 429 ")
                .contains("\"error\":\"overloaded\"");
        assertThat(ask(post("/echo/app", AUTHORIZED, ""))).endsWith("app=0");

        release.countDown();
        assertThat(answer(first)).startsWith("HTTP/1.1 200 ");
        assertThat(answer(second)).startsWith("HTTP/1.1 200 ");
        assertThat(ask(post("/slow", AUTHORIZED, ""))).startsWith("HTTP/1.1 200 ");
    }
}
