package io.replsqlite.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.JointAnswer;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who travels with whom, and that everybody gets an answer of their own. The node is this test. */
@Timeout(30)
class JointSenderTest {
    private static final WireCodec CODEC = WireCodec.cbor(WireLimits.DEFAULT);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final JointSender sender = new JointSender();
    private final ExecutorService writers = Executors.newCachedThreadPool(NamedThreads.of("writer"));
    private final BlockingQueue<JointMessage> carried = new LinkedBlockingQueue<>();
    private final Map<JointMessage, CountDownLatch> landings = new ConcurrentHashMap<>();
    private final CountDownLatch loneOnesAnswered = new CountDownLatch(1);
    private final BlockingQueue<RequestId> alone = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        loneOnesAnswered.countDown();
        List<Runnable> none = writers.shutdownNow();
        assertThat(none).isEmpty();
    }

    private static ExecuteRequest request(String text) {
        return new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.WRITE,
                List.of(new ExecuteRequest.Statement("insert into t values (?)", List.of(List.of(text)))),
                0,
                true,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO);
    }

    private Future<Attempt<ExecuteResponse>> send(ExecuteRequest request, Duration limit) {
        return writers.submit(() -> sender.send(
                request, Deadline.after(limit, MonotonicClock.SYSTEM), () -> sentAlone(request), this::carry));
    }

    private Attempt<ExecuteResponse> sentAlone(ExecuteRequest request) {
        alone.add(request.id());
        try {
            assertThat(loneOnesAnswered.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return new Attempt.Done<>(ExecuteResponse.empty(request.id()));
    }

    /** Until the test says that it has landed. */
    private void carry(JointMessage message) {
        CountDownLatch landing = new CountDownLatch(1);
        landings.put(message, landing);
        carried.add(message);
        try {
            assertThat(landing.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void landed(JointMessage message) {
        landings.remove(message).countDown();
    }

    /** Two that go alone, and keep everybody else waiting. */
    private List<Future<Attempt<ExecuteResponse>>> occupy() throws InterruptedException {
        List<Future<Attempt<ExecuteResponse>>> first = List.of(send(request("a"), LONG), send(request("b"), LONG));
        assertThat(alone.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(alone.poll(10, TimeUnit.SECONDS)).isNotNull();
        return first;
    }

    private Future<Attempt<ExecuteResponse>> wait(ExecuteRequest request, Duration limit) throws Exception {
        int before = sender.waiting();
        Future<Attempt<ExecuteResponse>> write = send(request, limit);
        while (sender.waiting() == before) {
            Thread.onSpinWait();
        }
        return write;
    }

    private JointMessage nextMessage() throws InterruptedException {
        JointMessage message = carried.poll(10, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return message;
    }

    private void answer(JointMessage message, List<ExecuteRequest> requests) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int entry = requests.size() - 1; entry >= 0; entry--) {
            all.writeBytes(CODEC.encode(JointAnswer.of(
                    entry, ExecuteResponse.empty(requests.get(entry).id()))));
        }
        message.readAnswers(new ByteArrayInputStream(all.toByteArray()), CODEC);
        landed(message);
    }

    private static void assertDone(Future<Attempt<ExecuteResponse>> write, RequestId id) throws Exception {
        assertThat(write.get(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Attempt.Done.class,
                        done -> assertThat(((ExecuteResponse) done.answer()).id())
                                .isEqualTo(id));
    }

    @Test
    void whoeverComesWhileOthersAreUnderWayGoesWithTheOthersThatWait() throws Exception {
        List<Future<Attempt<ExecuteResponse>>> first = occupy();
        List<ExecuteRequest> requests = List.of(request("c"), request("d"), request("e"));
        List<Future<Attempt<ExecuteResponse>>> writes = new ArrayList<>();
        for (ExecuteRequest request : requests) {
            writes.add(wait(request, LONG));
        }
        loneOnesAnswered.countDown();
        JointMessage message = nextMessage();
        List<ExecuteRequest> sent = CODEC.decodeRequests(new ByteArrayInputStream(message.encode(CODEC)));
        assertThat(sent)
                .extracting(ExecuteRequest::id)
                .isEqualTo(requests.stream().map(ExecuteRequest::id).toList());
        answer(message, sent);
        for (int i = 0; i < requests.size(); i++) {
            assertDone(writes.get(i), requests.get(i).id());
        }
        for (Future<Attempt<ExecuteResponse>> one : first) {
            assertThat(one.get(10, TimeUnit.SECONDS)).isInstanceOf(Attempt.Done.class);
        }
    }

    @Test
    void anAnswerThatBreaksOffLeavesTheOthersUnanswered() throws Exception {
        occupy();
        ExecuteRequest lucky = request("c");
        Future<Attempt<ExecuteResponse>> answered = wait(lucky, LONG);
        Future<Attempt<ExecuteResponse>> unanswered = wait(request("d"), LONG);
        loneOnesAnswered.countDown();
        JointMessage message = nextMessage();
        assertThat(message.encode(CODEC)).isNotEmpty();
        byte[] one = CODEC.encode(JointAnswer.of(0, ExecuteResponse.empty(lucky.id())));
        message.readAnswers(new ByteArrayInputStream(one), CODEC);
        message.completeOthers(new Attempt.Unanswered<>(new IOException("cut")));
        landed(message);
        assertDone(answered, lucky.id());
        assertThat(unanswered.get(10, TimeUnit.SECONDS)).isInstanceOf(Attempt.Unanswered.class);
    }

    @Test
    void whoseTimeIsOverBeforeItIsSentHasNotHappened() throws Exception {
        occupy();
        Future<Attempt<ExecuteResponse>> late = wait(request("c"), Duration.ofMillis(100));
        assertThat(late.get(10, TimeUnit.SECONDS)).isInstanceOf(Attempt.NotExecuted.class);
        assertThat(sender.waiting()).isZero();
    }

    @Test
    void aNodeThatTakesNoJointMessagesGetsThemOneByOneFromThenOn() throws Exception {
        occupy();
        ExecuteRequest request = request("c");
        Future<Attempt<ExecuteResponse>> write = wait(request, LONG);
        loneOnesAnswered.countDown();
        JointMessage message = nextMessage();
        assertThat(message.encode(CODEC)).isNotEmpty();
        message.refused(new Attempt.Refused<>(ErrorResponse.of(ErrorResponse.Kind.UNKNOWN_DATABASE, "no such path")));
        landed(message);
        assertDone(write, request.id());
        assertThat(alone).contains(request.id());
        ExecuteRequest next = request("d");
        assertDone(send(next, LONG), next.id());
        assertThat(alone).contains(next.id());
    }

    @Test
    void aCarrierThatFailsLeavesItsOwnMessageUnansweredAndCarriesTheNext() throws Exception {
        occupy();
        ExecuteRequest broken = request("c");
        Future<Attempt<ExecuteResponse>> failed = writers.submit(() ->
                sender.send(broken, Deadline.after(LONG, MonotonicClock.SYSTEM), () -> sentAlone(broken), message -> {
                    throw new IllegalStateException("a defect");
                }));
        while (sender.waiting() == 0) {
            Thread.onSpinWait();
        }
        loneOnesAnswered.countDown();
        assertThat(failed.get(10, TimeUnit.SECONDS)).isInstanceOf(Attempt.Unanswered.class);
        ExecuteRequest next = request("d");
        assertDone(send(next, LONG), next.id());
    }

    @Test
    void whatIsTooMuchForOneMessageGoesWithTheNext() throws Exception {
        occupy();
        List<Future<Attempt<ExecuteResponse>>> writes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writes.add(wait(request("x".repeat(600_000)), LONG));
        }
        loneOnesAnswered.countDown();
        for (int i = 0; i < 3; i++) {
            JointMessage message = nextMessage();
            List<ExecuteRequest> sent = CODEC.decodeRequests(new ByteArrayInputStream(message.encode(CODEC)));
            assertThat(sent).hasSize(1);
            answer(message, sent);
        }
        for (Future<Attempt<ExecuteResponse>> write : writes) {
            assertThat(write.get(10, TimeUnit.SECONDS)).isInstanceOf(Attempt.Done.class);
        }
    }
}
