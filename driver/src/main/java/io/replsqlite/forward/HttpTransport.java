package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.tls.TlsProblem;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** By HTTP. All connections of a process share one pool of HTTP connections. */
final class HttpTransport implements Transport {
    private static final System.Logger LOG = System.getLogger(HttpTransport.class.getName());

    private static final ConnectionPool POOL = new ConnectionPool(64, 1, TimeUnit.MINUTES);

    private static final MediaType CBOR = MediaType.get(WireCodec.CBOR_TYPE);

    private static final OkHttpClient SHARED = new OkHttpClient.Builder()
            .connectionPool(POOL)
            .protocols(List.of(Protocol.HTTP_1_1))
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            // OkHttp would send a write twice on its own judgement; only this package may decide that.
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .eventListenerFactory(HttpTransport::sendState)
            .build();

    /** Longer than the deadline: the node answers at it, and its answer says whether the statement ran. */
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(2);
    private static final int SIGNALS_AT_ONCE = 64;

    private final TransportSecurity security;
    private static final Endpoints ENDPOINTS = new Endpoints();
    private final WireCodec codec = WireCodec.cbor(WireLimits.DEFAULT);

    HttpTransport(Duration connectTimeout, PrimaryLocator locator) {
        OkHttpClient plain = SHARED.newBuilder().connectTimeout(connectTimeout).build();
        plain.dispatcher().setMaxRequestsPerHost(SIGNALS_AT_ONCE);
        security = new TransportSecurity(plain, locator);
    }

    private static EventListener sendState(Call call) {
        SendState state = call.request().tag(SendState.class);
        return state == null ? EventListener.NONE : state;
    }

    @Override
    public <T> Attempt<T> exchange(String nodeUrl, String bearerToken, Message<T> message, Deadline deadline) {
        HttpUrl url = ENDPOINTS.of(nodeUrl, message);
        return url == null
                ? new Attempt.NotExecuted<>(
                        "nobody listens at '" + nodeUrl
                                + "'; a node that is embedded in another process does so only with its setting listen",
                        "")
                : exchange(url, bearerToken, message, deadline);
    }

    private <T> Attempt<T> exchange(HttpUrl url, String bearerToken, Message<T> message, Deadline deadline) {
        byte[] body = message.encode(codec);
        SendState state = new SendState();
        return answer(
                request(url, bearerToken, body, state),
                deadline.remainingNanos(),
                response -> read(response, message),
                failure -> failed(url, state, failure));
    }

    private static Request request(HttpUrl url, String bearerToken, byte @Nullable [] body, SendState state) {
        return new Request.Builder()
                .url(url)
                .header("Authorization", "Bearer " + bearerToken)
                .header("Accept", WireCodec.CBOR_TYPE)
                .method(body == null ? "GET" : "POST", body == null ? null : RequestBody.create(body, CBOR))
                .tag(SendState.class, state)
                .build();
    }

    /** What is made of an answer. */
    private interface Reading<T> {
        T read(Response response) throws IOException;
    }

    private <T> T answer(Request request, long nanos, Reading<T> reading, Function<IOException, T> failed) {
        Call call;
        try {
            call = security.clientFor(request.url()).newCall(request);
        } catch (IOException unusable) {
            return failed.apply(unusable);
        }
        CallLimit limit = CallLimit.of(call, Duration.ofNanos(Math.max(0, nanos) + GRACE_NANOS));
        try (limit;
                Response response = call.execute()) {
            return reading.read(response);
        } catch (IOException failure) {
            return failed.apply(limit.explained(failure));
        }
    }

    /** No answer, or not all of it. */
    static <T> Attempt<T> failed(HttpUrl url, SendState state, IOException failure) {
        return state.isProvablyUnsent()
                ? Attempt.NotExecuted.unreachable(TlsProblem.describe(origin(url), failure))
                : new Attempt.Unanswered<>(failure);
    }

    private static String origin(HttpUrl url) {
        return url.scheme() + "://" + url.host() + ":" + url.port();
    }

    @Override
    public Attempt<ExecuteResponse> execute(
            String nodeUrl, String bearerToken, ExecuteRequest request, Deadline deadline) {
        Message<ExecuteResponse> message = new Message.Execute(request);
        HttpUrl url = ENDPOINTS.of(nodeUrl, request.database(), "executions");
        if (url == null || !JointSender.takes(request)) {
            return exchange(nodeUrl, bearerToken, message, deadline);
        }
        JointSender sender;
        try {
            sender = JointSender.to(new JointSender.Destination(
                    nodeUrl, request.database(), request.durability(), bearerToken, security.filesFor(url)));
        } catch (IOException unusable) {
            return Attempt.NotExecuted.unreachable(TlsProblem.describe(nodeUrl, unusable));
        }
        return sender.send(
                request,
                deadline,
                () -> exchange(nodeUrl, bearerToken, message, deadline),
                joint -> carry(joint, url, bearerToken));
    }

    /** Returns when every entry has its answer, or none is to be had any more. */
    private void carry(JointMessage message, HttpUrl url, String bearerToken) {
        byte[] body = message.encode(codec);
        if (message.isEmpty()) {
            return;
        }
        SendState state = new SendState();
        JointMessage ignored = answer(
                request(url, bearerToken, body, state),
                message.longestNanos(),
                response -> readJoint(response, message),
                failure -> unheard(message, failed(url, state, failure)));
    }

    private JointMessage readJoint(Response response, JointMessage message) throws IOException {
        try (InputStream body = response.body().byteStream()) {
            if (response.code() == 200) {
                message.readAnswers(body, codec);
                message.completeOthers(new Attempt.Unanswered<>(new IOException("the answer has no entry for it")));
            } else {
                message.refused(EndpointRefusal.attempt(response, body, codec));
            }
            return message;
        }
    }

    private static JointMessage unheard(JointMessage message, Attempt<ExecuteResponse> attempt) {
        message.completeOthers(attempt);
        return message;
    }

    @Override
    public void signal(String nodeUrl, String bearerToken, String database, Signal signal, RequestId id) {
        HttpUrl url = ENDPOINTS.of(nodeUrl, database, signal.route());
        if (url == null || (signal == Signal.CANCEL && JointSender.cancel(id))) {
            return;
        }
        Request request = new Request.Builder()
                .url(url.newBuilder().addQueryParameter("id", id.toString()).build())
                .header("Authorization", "Bearer " + bearerToken)
                .post(RequestBody.EMPTY)
                .build();
        try {
            Call call = security.clientFor(request.url()).newCall(request);
            call.timeout().timeout(SIGNAL_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            call.enqueue(new Forgotten());
        } catch (IOException unusable) {
            Forgotten.log(request, unusable);
        }
    }

    /** The receiver has its own ways to notice that a signal is missing. */
    private static final class Forgotten implements Callback {
        @Override
        public void onFailure(Call call, IOException failure) {
            log(call.request(), failure);
        }

        static void log(Request request, IOException failure) {
            LOG.log(System.Logger.Level.DEBUG, "a signal did not arrive: " + request.url(), failure);
        }

        @Override
        public void onResponse(Call call, Response response) {
            response.close();
        }
    }

    private <T> Attempt<T> read(Response response, Message<T> message) throws IOException {
        try (InputStream body = response.body().byteStream()) {
            return response.code() == 200
                    ? new Attempt.Done<>(message.decode(codec, body))
                    : EndpointRefusal.attempt(response, body, codec);
        }
    }
}
