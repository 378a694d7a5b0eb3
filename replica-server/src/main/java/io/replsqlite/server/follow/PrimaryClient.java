package io.replsqlite.server.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.server.stream.Acknowledgement;
import io.replsqlite.server.stream.CommonRequest;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.RewindRequest;
import io.replsqlite.server.stream.StreamHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** One database of one primary, as a follower calls it. Safe for any thread. */
public final class PrimaryClient {
    private static final MediaType BINARY = MediaType.get("application/octet-stream");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OkHttpClient streaming;
    private final OkHttpClient quick;
    private final URI database;
    private final Supplier<String> token;
    private final Supplier<Epoch> promised;
    private final String nodeName;
    private final @Nullable Epoch election;

    /**
     * @param token asked for before each request, since it may be replaced
     * @param promised the highest epoch this node has promised; told with each request
     * @param silence after which a stream is taken for dead
     */
    public PrimaryClient(
            OkHttpClient client,
            URI primary,
            String databaseName,
            Supplier<String> token,
            Supplier<Epoch> promised,
            String nodeName,
            Duration silence) {
        this.streaming = client.newBuilder()
                .readTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .addNetworkInterceptor(chain -> withSilenceLimit(chain, Math.toIntExact(silence.toMillis())))
                .build();
        this.quick = client;
        this.database = primary.resolve("/v1/databases/" + databaseName + "/");
        this.token = token;
        this.promised = promised;
        this.nodeName = nodeName;
        this.election = null;
    }

    private PrimaryClient(PrimaryClient other, Epoch election) {
        this.streaming = other.streaming;
        this.quick = other.quick;
        this.database = other.database;
        this.token = other.token;
        this.promised = other.promised;
        this.nodeName = other.nodeName;
        this.election = election;
    }

    /** The same node, asked for its log by the candidate to whom it has promised this epoch. */
    public PrimaryClient inElection(Epoch epoch) {
        return new PrimaryClient(this, epoch);
    }

    /**
     * The socket's own limit instead of the client's: that one wakes a watchdog thread at every 8 KiB, which took a third
     * of a bootstrap's processor time.
     */
    private static Response withSilenceLimit(Interceptor.Chain chain, int silenceMillis) throws IOException {
        Connection connection = chain.connection();
        if (connection == null) {
            throw new IllegalStateException("a network interceptor without a connection");
        }
        connection.socket().setSoTimeout(silenceMillis);
        return chain.proceed(chain.request());
    }

    /** What this node calls itself to the primary. */
    public String nodeName() {
        return nodeName;
    }

    public URI url() {
        return database;
    }

    /** A call that answers with frames after {@code position}. */
    public Call stream(Position position) {
        return streaming.newCall(request("stream")
                .header(StreamHeaders.POSITION, position.toString())
                .post(RequestBody.create(new byte[0], BINARY))
                .build());
    }

    /** A call that answers with the pages in which the primary differs. */
    public Call resync(ResyncRequest resync) {
        return upload("resync", resync.encodedBytes(), resync::encode);
    }

    /** A call that answers with the pages that either side has changed since a common position. */
    public Call rewind(RewindRequest rewind) {
        return upload("rewind", rewind.encodedBytes(), rewind::encode);
    }

    /** A call that answers how far a history is also the primary's. */
    public Call common(CommonRequest common) {
        return streaming.newCall(request("common")
                .post(RequestBody.create(common.encode(), BINARY))
                .build());
    }

    private interface Encoding {
        void writeTo(OutputStream out) throws IOException;
    }

    private Call upload(String path, long bytes, Encoding encoding) {
        return streaming.newCall(request(path)
                .post(new RequestBody() {
                    @Override
                    public MediaType contentType() {
                        return BINARY;
                    }

                    @Override
                    public long contentLength() {
                        return bytes;
                    }

                    @Override
                    public void writeTo(BufferedSink sink) throws IOException {
                        encoding.writeTo(sink.outputStream());
                    }
                })
                .build());
    }

    /** A call that tells what this node has, for {@link #answerOf}. */
    public Call acknowledge(Acknowledgement acknowledgement) {
        return quick.newCall(request("ack")
                .post(RequestBody.create(acknowledgement.encode(), BINARY))
                .build());
    }

    /** Makes the call of {@link #acknowledge}. */
    public static Acknowledgement.Answer answerOf(Call acknowledgement) throws IOException {
        try (Response response = acknowledgement.execute()) {
            refuseUnlessOk(response);
            return Acknowledgement.Answer.decode(response.body().bytes());
        }
    }

    private Request.Builder request(String path) {
        Request.Builder request = new Request.Builder()
                .url(database.resolve(path).toString())
                .header("Authorization", "Bearer " + token.get())
                .header(StreamHeaders.NODE, nodeName)
                .header(StreamHeaders.PROMISED, told().toString());
        return election == null ? request : request.header(StreamHeaders.ELECTION, election.toString());
    }

    private Epoch told() {
        return DeliberateBug.EPOCHS_IGNORED.isMade() ? Epoch.NONE : promised.get();
    }

    /** The primary said no, and why. */
    public static final class RefusedByPrimaryException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        RefusedByPrimaryException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    /** @throws RefusedByPrimaryException with the primary's own words unless the status is 200 */
    public static void refuseUnlessOk(Response response) throws IOException {
        if (response.code() == 200) {
            return;
        }
        String body = response.peekBody(1 << 16).string();
        String reason = "http" + response.code();
        String message = body;
        if (body.startsWith("{")) {
            JsonNode json = JSON.readTree(body);
            reason = json.path("error").asText(reason);
            message = json.path("message").asText(body);
        }
        throw new RefusedByPrimaryException(
                reason, "The primary at " + response.request().url() + " refused: " + message);
    }

    /** The epoch in which the primary answers. */
    public static Epoch epochOf(Response response) throws IOException {
        String text = response.header(StreamHeaders.EPOCH);
        if (text == null) {
            throw new IOException("the primary's answer carries no epoch");
        }
        return new Epoch(Long.parseLong(text));
    }

    /** Whose epoch that is; empty if the answer does not say. */
    public static String leaderOf(Response response) {
        String name = response.header(StreamHeaders.LEADER);
        return name == null ? "" : name;
    }
}
