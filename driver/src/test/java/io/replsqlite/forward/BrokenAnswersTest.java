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
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are cut, too large or another's: the request is sent again under its id, and never taken for done. */
@Timeout(30)
class BrokenAnswersTest {
    private static final WireCodec CODEC = WireCodec.cbor(WireLimits.DEFAULT);

    private final List<ExecuteRequest> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private PrimaryClient client;

    /** What is sent instead of the answer, as long as there are such. */
    private final List<Function<RequestId, byte[]>> broken = new CopyOnWriteArrayList<>();

    private volatile boolean endsEarly;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/databases/app/execute", this::handle);
        server.start();
        client = new PrimaryClient(
                new Node("http://127.0.0.1:" + server.getAddress().getPort()), Duration.ofSeconds(5), null);
    }

    private record Node(String primaryUrl) implements PrimaryLocator {
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
        ExecuteRequest request = CODEC.decodeRequest(exchange.getRequestBody());
        received.add(request);
        int before = received.size() - 1;
        byte[] body = before < broken.size()
                ? broken.get(before).apply(request.id())
                : CODEC.encode(ExecuteResponse.empty(request.id()));
        boolean cut = endsEarly && before < broken.size();
        exchange.getResponseHeaders().set("Content-Type", WireCodec.CBOR_TYPE);
        exchange.sendResponseHeaders(200, cut ? body.length + 10 : body.length);
        exchange.getResponseBody().write(body);
        if (!cut) {
            exchange.close();
            return;
        }
        exchange.getResponseBody().flush();
        throw new IOException("the connection ends here"); // the server closes it
    }

    private Delivered send(Kind kind, Duration limit) throws SQLException {
        ExecuteRequest request = new ExecuteRequest(
                RequestId.random(),
                "app",
                kind,
                List.of(ExecuteRequest.Statement.of("select 1")),
                0,
                false,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO);
        return client.execute(request, Deadline.after(limit, MonotonicClock.SYSTEM));
    }

    private void assertSentAgainUnderItsId() throws SQLException {
        assertThat(send(Kind.WRITE, Duration.ofSeconds(20)).reply()).isInstanceOf(Reply.Done.class);
        assertThat(received).extracting(ExecuteRequest::attempt).containsExactly(1, 2);
        assertThat(received.get(1).id()).isEqualTo(received.get(0).id());
    }

    @Test
    void aTruncatedAnswerIsAskedForAgain() throws SQLException {
        broken.add(id -> Arrays.copyOf(CODEC.encode(ExecuteResponse.empty(id)), 20));
        assertSentAgainUnderItsId();
    }

    @Test
    void soIsOneWhoseConnectionBreaks() throws SQLException {
        endsEarly = true;
        broken.add(id -> CODEC.encode(ExecuteResponse.empty(id)));
        assertSentAgainUnderItsId();
    }

    @Test
    void soIsTheAnswerToAnotherRequest() throws SQLException {
        broken.add(id -> CODEC.encode(ExecuteResponse.empty(RequestId.random())));
        assertSentAgainUnderItsId();
    }

    /** The node keeps the deadline itself, so the driver gives up a little later, and not before. */
    @Test
    void aNodeThatAnswersNothingIsGivenUpSoonAfterTheDeadline() {
        CountDownLatch end = new CountDownLatch(1);
        broken.add(id -> {
            awaitEnd(end);
            return CODEC.encode(ExecuteResponse.empty(id));
        });
        Deadline atLeast = Deadline.after(Duration.ofMillis(200), MonotonicClock.SYSTEM);
        SQLException unknown = catchThrowableOfType(SQLException.class, () -> send(Kind.WRITE, Duration.ofMillis(200)));
        assertThat(atLeast.hasPassed()).isTrue();
        assertThat((Throwable) unknown).isInstanceOf(OutcomeUnknownException.class);
        assertThat(unknown.getMessage()).contains("no answer within");
        assertThat(received).hasSize(1);
        end.countDown();
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            assertThat(end.await(25, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void anAnswerBeyondTheLimitsIsNotTaken() {
        List<Long> tooMany = Collections.nCopies(WireLimits.DEFAULT.entries() + 1, 1L);
        for (int attempt = 0; attempt < 100; attempt++) {
            broken.add(id ->
                    CODEC.encode(new ExecuteResponse(id, Epoch.NONE, Txid.ZERO, tooMany, 0, 0, false, null, null)));
        }
        assertThat((Throwable) catchThrowableOfType(SQLException.class, () -> send(Kind.WRITE, Duration.ofSeconds(1))))
                .isInstanceOf(OutcomeUnknownException.class);
        SQLException nothingRead =
                catchThrowableOfType(SQLException.class, () -> send(Kind.READ, Duration.ofSeconds(1)));
        assertThat(nothingRead.getSQLState()).isEqualTo("08001");
    }
}
