package io.replsqlite.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an endpoint refuses before it looks at a request is known not to have happened. The node is this test. */
@Timeout(30)
class EndpointRefusalTest {
    private static final WireCodec CODEC = WireCodec.cbor(WireLimits.DEFAULT);

    private final List<ExecuteRequest> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private PrimaryClient client;
    private volatile int refusals;
    private volatile int status;
    private volatile String contentType = "application/json";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/databases/app/execute", this::handle);
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        client = new PrimaryClient(new OneNode(url), Duration.ofSeconds(5), null);
    }

    private record OneNode(String primaryUrl) implements PrimaryLocator {
        @Override
        public String bearerToken() {
            return "token";
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExecuteRequest request = CODEC.decodeRequest(exchange.getRequestBody());
            received.add(request);
            boolean refuses = received.size() <= refusals;
            byte[] body = refuses
                    ? "{\"message\":\"in words for people\"}".getBytes(StandardCharsets.UTF_8)
                    : CODEC.encode(ExecuteResponse.empty(request.id()));
            exchange.getResponseHeaders().set("Content-Type", refuses ? contentType : WireCodec.CBOR_TYPE);
            exchange.sendResponseHeaders(refuses ? status : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Delivered write(Duration limit) throws SQLException {
        ExecuteRequest request = new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.WRITE,
                List.of(ExecuteRequest.Statement.of("insert into t values(1)")),
                0,
                false,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO);
        return client.execute(request, Deadline.after(limit, MonotonicClock.SYSTEM));
    }

    @ParameterizedTest
    @CsvSource({"400, BAD_REQUEST", "401, UNAUTHORIZED", "413, TOO_LARGE", "414, BAD_REQUEST", "415, BAD_REQUEST"})
    void itIsToldAtOnceInItsOwnWords(int code, ErrorResponse.Kind kind) throws SQLException {
        assertRefused(code, kind);
    }

    @ParameterizedTest
    @CsvSource({"431, BAD_REQUEST", "418, BAD_REQUEST"})
    void soIsWhatNoDatabaseEverSays(int code, ErrorResponse.Kind kind) throws SQLException {
        assertRefused(code, kind);
    }

    private void assertRefused(int code, ErrorResponse.Kind kind) throws SQLException {
        status = code;
        refusals = Integer.MAX_VALUE;
        Reply<ExecuteResponse> reply = write(Duration.ofSeconds(20)).reply();
        assertThat(reply).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(((Reply.Refused<?>) refused).error().kind()).isEqualTo(kind);
            assertThat(((Reply.Refused<?>) refused).error().mayHaveHappened()).isFalse();
            assertThat(((Reply.Refused<?>) refused).error().message()).contains("in words for people");
        });
        assertThat(received).as("asked once").hasSize(1);
    }

    @Test
    void aConnectionThatTheNodeHasJustClosedIsReplacedByAnother() throws SQLException {
        status = 408;
        contentType = "text/plain";
        refusals = 2;
        assertThat(write(Duration.ofSeconds(20)).reply()).isInstanceOf(Reply.Done.class);
        assertThat(received)
                .as("not executed, so it is its first attempt each time")
                .extracting(ExecuteRequest::attempt)
                .containsExactly(1, 1, 1);
    }

    @Test
    void ifThatNeverHelpsNothingHasHappened() {
        status = 408;
        refusals = Integer.MAX_VALUE;
        SQLException failure = catchThrowableOfType(SQLException.class, () -> write(Duration.ofMillis(400)));
        assertThat(failure.getSQLState()).isEqualTo("08001");
        assertThat(failure.getMessage()).contains("nothing was executed", "in words for people");
    }

    @Test
    void aFailureOfTheNodeMayHaveComeTooLate() {
        status = 500;
        refusals = Integer.MAX_VALUE;
        assertThat((Throwable) catchThrowableOfType(SQLException.class, () -> write(Duration.ofMillis(400))))
                .isInstanceOf(OutcomeUnknownException.class);
    }
}
