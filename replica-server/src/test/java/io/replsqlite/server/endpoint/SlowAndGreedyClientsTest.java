package io.replsqlite.server.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that try to hold places or memory: each is told which limit stops it. */
@Timeout(30)
class SlowAndGreedyClientsTest {
    private static final Duration ARRIVAL = Duration.ofMillis(400);
    private static final Duration IDLE = Duration.ofMillis(1000);
    private static final int MAX_CONNECTIONS = 4;
    private static final int MAX_HEADERS = 1000;
    private static final String TOKEN = "Authorization: Bearer secret\r\n";

    private final List<Socket> sockets = new ArrayList<>();
    private final BearerTokens tokens = new BearerTokens(List.of("secret"));
    private HttpEndpoint endpoint;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        Routes routes = new Routes()
                .add(
                        "POST",
                        "/echo",
                        exchange -> exchange.answer(
                                200, "text/plain", ("length=" + exchange.body().length).getBytes(US_ASCII)));
        endpoint = new HttpEndpoint(
                new EndpointSettings(
                        "127.0.0.1",
                        0,
                        null,
                        EndpointSettings.ClientCertificate.NONE,
                        new EndpointLimits(8, 1000, MAX_HEADERS, MAX_CONNECTIONS, IDLE, ARRIVAL)),
                routes,
                tokens,
                MonotonicClock.SYSTEM);
        port = endpoint.bind();
        endpoint.serve();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        endpoint.close();
    }

    private Socket send(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return socket;
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    private String ask(String headers, String body) throws IOException {
        return rest(send("POST /echo HTTP/1.1\r\nHost: node\r\nConnection: close\r\n" + headers + "Content-Length: "
                + body.length() + "\r\n\r\n" + body));
    }

    /** Sends a byte now and then, as fast as no idle timeout notices, until the node answers or closes. */
    private static String trickle(Socket socket, Duration atMost) throws IOException {
        socket.setSoTimeout(50);
        Deadline deadline = Deadline.after(atMost, MonotonicClock.SYSTEM);
        StringBuilder answer = new StringBuilder();
        while (!deadline.hasPassed()) {
            try {
                int read = socket.getInputStream().read();
                if (read < 0) {
                    return answer.toString();
                }
                answer.append((char) read);
            } catch (SocketTimeoutException nothingYet) {
                socket.getOutputStream().write('x');
            }
        }
        throw new AssertionError("the node still listens after " + atMost + "; it has said: " + answer);
    }

    @Test
    void headersThatTrickleInAreCutOffAtTheirDeadline() throws IOException {
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: node\r\nX: ");
        assertThat(trickle(socket, Duration.ofSeconds(5)))
                .startsWith("HTTP/1.1 408 ")
                .contains("request-arrival-timeout");
    }

    @Test
    void aConnectionThatTricklesItsSecondRequestIsCutOffAfterTheIdleTimeout() throws IOException {
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: node\r\n" + TOKEN + "Content-Length: 1\r\n\r\nx"
                + "POST /echo HTTP/1.1\r\nX: ");
        assertThat(trickle(socket, Duration.ofSeconds(8)))
                .startsWith("HTTP/1.1 200 ")
                .contains("length=1", "HTTP/1.1 408 ", "idle-timeout");
    }

    @Test
    void aBodyThatTricklesInIsCutOffAtItsDeadline() throws IOException {
        Socket socket = send(
                "POST /echo HTTP/1.1\r\nHost: node\r\nConnection: close\r\n" + TOKEN + "Content-Length: 900\r\n\r\n");
        assertThat(trickle(socket, Duration.ofSeconds(5)))
                .startsWith("HTTP/1.1 408 ")
                .contains("requestTooSlow", "request-arrival-timeout", "Nothing was executed");
    }

    @Test
    void headersAboveTheLimitAreRefusedByName() throws IOException {
        assertThat(ask(TOKEN + "X: " + "x".repeat(MAX_HEADERS) + "\r\n", ""))
                .startsWith("HTTP/1.1 431 ")
                .contains("headersTooLarge", "max-header-bytes");
        assertThat(ask(TOKEN, "1")).endsWith("length=1");
    }

    @Test
    void aConnectionTooManyIsToldSoAndOneThatEndsMakesRoom() throws IOException {
        List<Socket> holding = new ArrayList<>();
        for (int i = 0; i < MAX_CONNECTIONS; i++) {
            Socket socket = send("POST /echo HTTP/1.1\r\nHost: node\r\n" + TOKEN + "Content-Length: 0\r\n\r\n");
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            holding.add(socket);
        }
        assertThat(ask(TOKEN, "1")).startsWith("HTTP/1.1 429 ").contains("tooManyConnections", "max-connections");

        holding.get(0).close();
        Deadline deadline = Deadline.after(Duration.ofSeconds(5), MonotonicClock.SYSTEM);
        String answer = ask(TOKEN, "1");
        while (!answer.endsWith("length=1")) { // until the node has seen the end of the closed one
            assertThat(deadline.hasPassed()).as(answer).isFalse();
            answer = ask(TOKEN, "1");
        }
    }

    @Test
    void anEncodedBodyIsRefusedUnread() throws IOException {
        assertThat(ask(TOKEN + "Content-Encoding: gzip\r\n", "xx"))
                .startsWith("HTTP/1.1 415 ")
                .contains("encodedBody", "Content-Encoding");
    }

    @Test
    void aClientThatSpeaksTlsToAPlainPortGetsAnAnswerInsteadOfSilence() throws IOException {
        Socket socket = send("");
        socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0, '\r', '\n', '\r', '\n'});
        assertThat(rest(socket)).contains("400");
    }

    @Test
    void tokensAreReplacedWhileTheEndpointRuns() throws IOException {
        String next = "Authorization: Bearer the-next-secret\r\n";
        assertThat(ask(next, "")).startsWith("HTTP/1.1 401 ");
        tokens.replace(List.of("the-next-secret", "secret"));
        assertThat(ask(next, "")).startsWith("HTTP/1.1 200 ");
        assertThat(ask(TOKEN, "")).startsWith("HTTP/1.1 200 ");
        tokens.replace(List.of("the-next-secret"));
        assertThat(ask(next, "")).startsWith("HTTP/1.1 200 ");
        assertThat(ask(TOKEN, "")).startsWith("HTTP/1.1 401 ");
    }
}
