package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Kind;
import io.replsqlite.wire.JointAnswer;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that come in one message: each is answered as if it had come alone. */
class JointRouteTest extends NodesFixture {
    private static final WireCodec CODEC = WireCodec.cbor(WireLimits.DEFAULT);

    private ReplicaNode node;

    @BeforeEach
    void startNode() throws Exception {
        node = start("one");
        var ignored = write(node, "create table t(x integer primary key)");
    }

    private static ExecuteRequest request(Kind kind, RequestId id, long timeoutMillis, Epoch epoch, String sql) {
        return new ExecuteRequest(
                id,
                "app",
                kind,
                List.of(ExecuteRequest.Statement.of(sql)),
                0,
                true,
                Map.of(),
                epoch,
                1,
                Txid.ZERO,
                false,
                timeoutMillis,
                Durability.LOCAL);
    }

    private static ExecuteRequest insert(long value, long timeoutMillis) {
        return request(
                Kind.WRITE, RequestId.random(), timeoutMillis, Epoch.NONE, "insert into t values (" + value + ")");
    }

    private HttpRequest message(List<ExecuteRequest> requests) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        requests.forEach(request -> body.writeBytes(CODEC.encode(request)));
        return HttpRequest.newBuilder(URI.create(node.url() + "/v1/databases/app/executions"))
                .header("Authorization", "Bearer a-token-that-both-nodes-know")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
    }

    private List<JointAnswer> send(List<ExecuteRequest> requests) throws Exception {
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(message(requests), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        List<JointAnswer> answers = new ArrayList<>();
        CODEC.decodeAnswers(response.body(), answers::add);
        answers.sort((one, other) -> Integer.compare(one.entry(), other.entry()));
        return answers;
    }

    @Test
    void eachIsDoneOrRefusedForItself() throws Exception {
        RequestId twice = RequestId.random();
        String insertsFive = "insert into t values (5)";
        List<JointAnswer> answers = send(List.of(
                insert(1, 0),
                insert(1, 0),
                request(Kind.READ, RequestId.random(), 0, Epoch.NONE, "select 1"),
                request(Kind.WRITE, RequestId.random(), 0, new Epoch(99), "insert into t values (3)"),
                request(Kind.WRITE, twice, 0, Epoch.NONE, insertsFive),
                request(Kind.WRITE, twice, 0, Epoch.NONE, insertsFive),
                request(Kind.WRITE, RequestId.random(), 0, Epoch.NONE, "vacuum"),
                insert(7, 10_000)));
        assertThat(answers).extracting(JointAnswer::entry).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(answers.get(0).response().counts()).containsExactly(1L);
        assertThat(answers.get(1).error().sqlState()).isEqualTo("23505");
        assertThat(answers.get(2).error().kind()).isEqualTo(ErrorResponse.Kind.BAD_REQUEST);
        assertThat(answers.get(3).error().kind()).isEqualTo(ErrorResponse.Kind.STALE_EPOCH);
        assertThat(answers.get(4).response()).isEqualTo(answers.get(5).response());
        assertThat(answers.get(6).response()).isNotNull();
        assertThat(answers.get(7).response().lastRowid()).isEqualTo(7);
        assertThat(count("one")).isEqualTo(3);
        assertThat(send(List.of(request(Kind.WRITE, twice, 0, Epoch.NONE, insertsFive)))
                        .get(0)
                        .response())
                .isEqualTo(answers.get(4).response());
    }

    /** Its neighbour waits on, and is answered in the same body later. */
    @Test
    void whoseTimeIsOverIsToldAtOnce() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch writerIsBusy = new CountDownLatch(1);
        CompletableFuture<?> occupied = database(node)
                .submit(
                        connection -> {
                            writerIsBusy.countDown();
                            return awaited(release);
                        },
                        Deadline.after(PATIENCE, MonotonicClock.SYSTEM));
        assertThat(writerIsBusy.await(20, TimeUnit.SECONDS)).isTrue();
        BlockingQueue<JointAnswer> answers = new LinkedBlockingQueue<>();
        CompletableFuture<Void> reading = HttpClient.newHttpClient()
                .sendAsync(message(List.of(insert(1, 0), insert(2, 150))), HttpResponse.BodyHandlers.ofInputStream())
                .thenAcceptAsync(response -> read(response, answers));
        JointAnswer first = answers.poll(10, TimeUnit.SECONDS);
        assertThat(first.entry()).isEqualTo(1);
        assertThat(first.error().kind()).isEqualTo(ErrorResponse.Kind.TIMED_OUT);
        assertThat(answers).isEmpty();
        release.countDown();
        JointAnswer second = answers.poll(10, TimeUnit.SECONDS);
        assertThat(second.entry()).isZero();
        assertThat(second.response().counts()).containsExactly(1L);
        reading.get(10, TimeUnit.SECONDS);
        assertThat(occupied.get(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(count("one")).isEqualTo(1);
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException impossible) {
            throw new IllegalStateException("the writer is never interrupted", impossible);
        }
    }

    private static void read(HttpResponse<InputStream> response, BlockingQueue<JointAnswer> answers) {
        try {
            CODEC.decodeAnswers(response.body(), answers::add);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void whatCannotBeReadAsAWholeIsNotExecutedAtAll() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(CODEC.encode(insert(1, 0)));
        body.writeBytes(new byte[] {1, 2, 3});
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/v1/databases/app/executions"))
                .header("Authorization", "Bearer a-token-that-both-nodes-know")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(400);
        assertThat(count("one")).isZero();
    }
}
