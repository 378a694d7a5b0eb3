package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireException;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** One exchange with one node. All connections of a process share one pool of HTTP connections. */
final class HttpTransport {
    /**
     * Kept for a second only: a connection whose node has restarted meanwhile fails after the request was sent, and then
     * nobody knows whether the write happened. A new connection costs one round trip.
     */
    private static final ConnectionPool POOL = new ConnectionPool(64, 1, TimeUnit.SECONDS);

    private static final int ERROR_BYTES = 2000;
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

    private final OkHttpClient client;
    private final WireCodec codec = WireCodec.cbor(WireLimits.DEFAULT);

    HttpTransport(Duration connectTimeout) {
        client = SHARED.newBuilder().connectTimeout(connectTimeout).build();
    }

    private static EventListener sendState(Call call) {
        SendState state = call.request().tag(SendState.class);
        return state == null ? EventListener.NONE : state;
    }

    Attempt<ExecuteResponse> execute(String nodeUrl, String bearerToken, ExecuteRequest message, Deadline deadline) {
        RequestBody body = RequestBody.create(codec.encode(message), CBOR);
        return exchange(
                nodeUrl,
                url -> endpoint(url, message.database(), "execute").post(body),
                bearerToken,
                answer -> checked(codec.decodeResponse(answer), message.id()),
                deadline);
    }

    /** @param known the highest epoch the client knows: an older primary refuses */
    Attempt<HeadResponse> head(String nodeUrl, String bearerToken, String database, Epoch known, Deadline deadline) {
        return exchange(
                nodeUrl,
                url -> endpoint(
                        url.newBuilder()
                                .addQueryParameter("epoch", known.toString())
                                .build(),
                        database,
                        "head"),
                bearerToken,
                codec::decodeHead,
                deadline);
    }

    Attempt<EpochHistory> epochs(String nodeUrl, String bearerToken, String database, Deadline deadline) {
        return exchange(nodeUrl, url -> endpoint(url, database, "epochs"), bearerToken, codec::decodeHistory, deadline);
    }

    private static Request.Builder endpoint(HttpUrl node, String database, String what) {
        return new Request.Builder()
                .url(node.newBuilder()
                        .addPathSegments("v1/databases")
                        .addPathSegment(database)
                        .addPathSegment(what)
                        .build());
    }

    private interface Asking {
        Request.Builder at(HttpUrl node);
    }

    private interface Answer<T> {
        T in(InputStream body) throws IOException;
    }

    private <T> Attempt<T> exchange(
            String nodeUrl, Asking asking, String bearerToken, Answer<T> answer, Deadline deadline) {
        HttpUrl node = HttpUrl.parse(nodeUrl);
        if (node == null) {
            return new Attempt.NotExecuted<>("'" + nodeUrl + "' is not the URL of a node", "");
        }
        SendState state = new SendState();
        Request request = asking.at(node)
                .header("Authorization", "Bearer " + bearerToken)
                .header("Accept", WireCodec.CBOR_TYPE)
                .tag(SendState.class, state)
                .build();
        Call call = client.newCall(request);
        call.timeout().timeout(Math.max(1, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
        try (Response response = call.execute()) {
            return read(response, answer);
        } catch (IOException e) {
            return state.isProvablyUnsent()
                    ? new Attempt.NotExecuted<>(nodeUrl + " cannot be reached: " + e, "")
                    : new Attempt.Unanswered<>(e);
        }
    }

    private <T> Attempt<T> read(Response response, Answer<T> answer) throws IOException {
        try (InputStream body = response.body().byteStream()) {
            if (response.code() == 200) {
                return new Attempt.Done<>(answer.in(body));
            }
            return refusal(error(response, body));
        }
    }

    /**
     * What the endpoint itself refuses (the token, the size) never reaches a database and is told as JSON for people.
     *
     * @throws IOException if it cannot be known what became of the request
     */
    private ErrorResponse error(Response response, InputStream body) throws IOException {
        boolean byDatabase = WireCodec.CBOR_TYPE.equals(response.header("Content-Type"));
        for (ErrorResponse.Kind kind : ErrorResponse.Kind.values()) {
            if (!byDatabase && response.code() < 500 && kind.httpStatus() == response.code()) {
                String text = new String(body.readNBytes(ERROR_BYTES), StandardCharsets.UTF_8);
                return ErrorResponse.of(kind, text);
            }
        }
        return codec.decodeError(body);
    }

    private static ExecuteResponse checked(ExecuteResponse response, RequestId id) throws IOException {
        if (!response.id().equals(id)) {
            throw new WireException("the answer is to request " + response.id());
        }
        return response;
    }

    private static <T> Attempt<T> refusal(ErrorResponse error) {
        if (error.kind().isRetryable() && !error.mayHaveHappened()) {
            String otherUrl = error.primaryUrl() == null ? "" : error.primaryUrl();
            return new Attempt.NotExecuted<>(error.message(), otherUrl);
        }
        return new Attempt.Refused<>(error);
    }
}
