package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.simulation.net.Transport;
import io.replsqlite.lease.Member;
import io.replsqlite.server.election.ElectionCodec;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.server.majority.Beat;
import io.replsqlite.server.majority.BeatCodec;
import io.replsqlite.server.majority.BeatReply;
import io.replsqlite.server.majority.Peers;
import io.replsqlite.server.node.Members;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** How a node calls the others: {@code PrimaryCalls} and {@code NodePeers} in short, on the simulated network. */
final class NodeCalls implements Peers {
    /** Less than what is left to a primary that is cut off, so that only its voters' faith stands before the next. */
    private static final Duration PROMISE_ANSWER = Duration.ofMillis(300);

    private static final MediaType JSON = MediaType.get("application/json");

    private final String self;
    private final Members members;
    private final Duration silence;
    private final OkHttpClient http;
    private final OkHttpClient electing;
    private final OkHttpClient beating;

    /**
     * @param transport from how long it waits for an answer
     * @param silence after which a stream is given up
     * @param patience that of the voters
     */
    NodeCalls(
            String self,
            Members members,
            Function<Duration, Transport> transport,
            Duration silence,
            Duration patience) {
        this.self = self;
        this.members = members;
        this.silence = silence;
        this.http = new OkHttpClient.Builder()
                .addInterceptor(transport.apply(silence))
                .build();
        this.electing = waiting(transport.apply(PROMISE_ANSWER));
        this.beating = waiting(transport.apply(patience.dividedBy(2)));
    }

    private OkHttpClient waiting(Transport transport) {
        OkHttpClient.Builder sharing = http.newBuilder();
        sharing.interceptors().clear();
        return sharing.addInterceptor(transport).build();
    }

    PrimaryClient database(URI primary, Supplier<Epoch> promised) {
        return new PrimaryClient(http, primary, SimulatedDatabase.NAME, () -> "token", promised, self, silence);
    }

    PromiseReply promise(Member peer, PromiseRequest request) throws IOException {
        return ElectionCodec.decodeReply(post(electing, peer, "promise", ElectionCodec.encode(request)));
    }

    @Override
    public List<Member> others() {
        return members.others();
    }

    @Override
    public CompletableFuture<BeatReply> send(Member peer, Beat beat) {
        CompletableFuture<BeatReply> answered = new CompletableFuture<>();
        NamedThreads.single("beat", () -> call(peer, beat, answered)).start();
        return answered;
    }

    private void call(Member peer, Beat beat, CompletableFuture<BeatReply> answered) {
        try {
            answered.complete(BeatCodec.decodeReply(post(beating, peer, "beat", BeatCodec.encode(beat))));
        } catch (IOException unreachable) {
            answered.completeExceptionally(unreachable);
        }
    }

    private static byte[] post(OkHttpClient client, Member peer, String what, byte[] body) throws IOException {
        Request request = new Request.Builder()
                .url(peer.url().resolve("/v1/election/" + what).toString())
                .post(RequestBody.create(body, JSON))
                .build();
        try (Response response = client.newCall(request).execute()) {
            PrimaryClient.refuseUnlessOk(response);
            return response.body().bytes();
        }
    }
}
