package io.replsqlite.server.node;

import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.Route;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.JointAnswer;
import io.replsqlite.wire.WireCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes of several threads in one message. They are queued one behind the other, so that as a rule one commit has them
 * all and one answer as well; those that take longer than their neighbours are answered later, in the same body.
 */
final class JointRoute implements Route {
    /** How long an answer waits for its neighbours': what one commit has is answered within far less. */
    private static final long LINGER_NANOS = 2_000_000;

    private final DriverCalls calls;
    private final ExecuteRoute execute;

    JointRoute(DriverCalls calls, ExecuteRoute execute) {
        this.calls = calls;
        this.execute = execute;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        WireCodec codec = calls.codecOf(exchange);
        List<ExecuteRequest> requests;
        try {
            requests = DriverCalls.decode(exchange, codec::decodeRequests);
        } catch (CallRefusedException refused) {
            int status = refused.error().kind().httpStatus();
            exchange.answer(status, codec.contentType(), codec.encode(refused.error()));
            return;
        }
        new Answering(exchange, codec).run(requests);
    }

    private final class Answering {
        private final Exchange exchange;
        private final WireCodec codec;
        private final Map<Integer, PendingWrite> open = new LinkedHashMap<>();
        private final ByteArrayOutputStream ready = new ByteArrayOutputStream(1 << 10);

        Answering(Exchange exchange, WireCodec codec) {
            this.exchange = exchange;
            this.codec = codec;
        }

        void run(List<ExecuteRequest> requests) throws IOException, InterruptedException {
            holdOnce();
            for (int entry = 0; entry < requests.size(); entry++) {
                start(entry, requests.get(entry));
            }
            collect();
            if (open.isEmpty()) {
                exchange.answer(200, codec.contentType(), ready.toByteArray());
                return;
            }
            try (OutputStream out = exchange.answerStream(codec.contentType())) {
                sendReady(out);
                while (!open.isEmpty()) {
                    collect();
                    sendReady(out);
                }
            }
        }

        /** For all of them: one after the other they would be held for longer than anybody waits. */
        private void holdOnce() throws InterruptedException {
            try {
                calls.holdWrite(exchange.variable());
            } catch (CallRefusedException refused) {
                // Each entry is told for itself.
            }
        }

        private void start(int entry, ExecuteRequest request) throws IOException {
            try {
                if (request.kind() == ExecuteRequest.Kind.READ) {
                    throw new CallRefusedException(ErrorResponse.of(Kind.BAD_REQUEST, "Only writes travel together.")
                            .withId(request.id()));
                }
                open.put(entry, execute.start(exchange.variable(), request));
            } catch (CallRefusedException refused) {
                ready.writeBytes(codec.encode(JointAnswer.of(entry, refused.error())));
            }
        }

        /** Waits until something can be answered, and takes all that can. */
        private void collect() throws InterruptedException {
            if (!open.isEmpty()) {
                awaitSome();
            }
            for (Map.Entry<Integer, PendingWrite> one : List.copyOf(open.entrySet())) {
                PendingWrite write = one.getValue();
                write.stopIfLate();
                if (write.isAnswered()) {
                    ready.writeBytes(codec.encode(answer(one.getKey(), write)));
                    open.remove(one.getKey());
                }
            }
        }

        private static JointAnswer answer(int entry, PendingWrite write) throws InterruptedException {
            try {
                return JointAnswer.of(entry, write.result());
            } catch (CallRefusedException refused) {
                return JointAnswer.of(entry, refused.error());
            }
        }

        /** The first answer, then the others for a moment, but nobody beyond the time that a client has set. */
        private void awaitSome() throws InterruptedException {
            List<CompletableFuture<?>> answers = new ArrayList<>();
            open.values().forEach(write -> answers.add(write.whenAnswered()));
            CompletableFuture<?>[] all = answers.toArray(CompletableFuture[]::new);
            long untilLate = open.values().stream()
                    .map(PendingWrite::remainingNanos)
                    .filter(Objects::nonNull)
                    .mapToLong(Long::longValue)
                    .min()
                    .orElse(Long.MAX_VALUE);
            if (await(CompletableFuture.anyOf(all), untilLate)) {
                boolean ignored = await(CompletableFuture.allOf(all), LINGER_NANOS);
            }
        }

        private static boolean await(CompletableFuture<?> answered, long nanos) throws InterruptedException {
            try {
                Object ignored = answered.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
                return true;
            } catch (ExecutionException toldToItsClient) {
                return true;
            } catch (TimeoutException notYet) {
                return false;
            }
        }

        private void sendReady(OutputStream out) throws IOException {
            if (ready.size() > 0) {
                ready.writeTo(out);
                out.flush();
                ready.reset();
            }
        }
    }
}
