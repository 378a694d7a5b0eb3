package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.Epoch;
import io.replsqlite.lease.Member;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.election.ElectionCodec;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.server.majority.Beat;
import io.replsqlite.server.majority.BeatCodec;
import io.replsqlite.server.majority.BeatReply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** How this node calls another one: credentials, name and HTTP connections that all such calls share. Safe for any thread. */
final class PrimaryCalls implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final Duration QUICK_CALL = Duration.ofSeconds(5);
    private static final int SILENT_HEARTBEATS = 3;

    /** A host that is down must not hold up the election for long, a node that is slow may have the most. */
    private static final Duration PROMISE_CONNECT = Duration.ofMillis(500);

    private static final Duration PROMISE_ANSWER = Duration.ofSeconds(2);
    private static final int BEATS_UNDER_WAY = 64;
    private static final MediaType JSON_TYPE = MediaType.get("application/json");

    private final OkHttpClient http;
    private final OkHttpClient electing;
    private final OkHttpClient beating;
    private final Supplier<String> token;
    private final Supplier<Epoch> promised;
    private final String nodeName;
    private final Duration silence;

    /** @param promised the highest epoch that this node has promised */
    PrimaryCalls(NodeSettings settings, NodeCredentials credentials, Supplier<Epoch> promised) {
        this.token = credentials::token;
        this.promised = promised;
        this.nodeName = settings.name();
        this.silence = settings.duration(NodeSetting.HEARTBEAT_INTERVAL).multipliedBy(SILENT_HEARTBEATS);
        this.http = credentials.secure(new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(64, 5, TimeUnit.MINUTES))
                .callTimeout(QUICK_CALL)
                .build());
        this.electing = http.newBuilder()
                .connectTimeout(PROMISE_CONNECT)
                .callTimeout(PROMISE_ANSWER)
                .build();
        this.beating = beating(electing, settings.duration(NodeSetting.VOTER_TIMEOUT));
    }

    /** What is said every tenth of the voters' patience must wait for nothing else, nor for a lost answer for long. */
    private static OkHttpClient beating(OkHttpClient electing, Duration patience) {
        Dispatcher own = new Dispatcher();
        own.setMaxRequestsPerHost(BEATS_UNDER_WAY);
        own.setMaxRequests(BEATS_UNDER_WAY * 4);
        return electing.newBuilder()
                .dispatcher(own)
                .callTimeout(patience.dividedBy(2))
                .build();
    }

    /** One database of that primary. */
    PrimaryClient database(URI primary, String databaseName) {
        return new PrimaryClient(http, primary, databaseName, token, promised, nodeName, silence);
    }

    /** Asks which databases that primary has, and had. */
    Call catalogue(URI primary) {
        return http.newCall(new Request.Builder()
                .url(primary.resolve("/v1/databases").toString())
                .header("Authorization", "Bearer " + token.get())
                .build());
    }

    /** Makes the call of {@link #catalogue}. */
    static List<Catalogue.Entry> entries(Call call) throws IOException {
        try (Response response = call.execute()) {
            PrimaryClient.refuseUnlessOk(response);
            return Catalogue.parse(JSON.readTree(response.body().bytes()));
        }
    }

    /** Asks a node for its promise; no answer in time is an exception. */
    PromiseReply promise(Member peer, PromiseRequest request) throws IOException {
        Request call = new Request.Builder()
                .url(peer.url().resolve("/v1/election/promise").toString())
                .header("Authorization", "Bearer " + token.get())
                .post(RequestBody.create(ElectionCodec.encode(request), JSON_TYPE))
                .build();
        try (Response response = electing.newCall(call).execute()) {
            PrimaryClient.refuseUnlessOk(response);
            return ElectionCodec.decodeReply(response.body().bytes());
        }
    }

    /** Asks for nothing that takes time; returns at once. */
    CompletableFuture<BeatReply> beat(Member peer, Beat beat) {
        CompletableFuture<BeatReply> answered = new CompletableFuture<>();
        try {
            beating.newCall(new Request.Builder()
                            .url(peer.url().resolve("/v1/election/beat").toString())
                            .header("Authorization", "Bearer " + token.get())
                            .post(RequestBody.create(BeatCodec.encode(beat), JSON_TYPE))
                            .build())
                    .enqueue(new OnBeatReply(answered));
        } catch (IOException | IllegalArgumentException unreachable) { // such as a node without an endpoint
            answered.completeExceptionally(unreachable);
        }
        return answered;
    }

    private record OnBeatReply(CompletableFuture<BeatReply> answered) implements Callback {
        @Override
        public void onResponse(Call call, Response response) {
            try (response) {
                PrimaryClient.refuseUnlessOk(response);
                answered.complete(BeatCodec.decodeReply(response.body().bytes()));
            } catch (IOException refused) {
                answered.completeExceptionally(refused);
            }
        }

        @Override
        public void onFailure(Call call, IOException failure) {
            answered.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        beating.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
