package io.replsqlite.server.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** One database of one primary, as a follower calls it. Safe for any thread. */
public final class PrimaryClient {
    private static final MediaType BINARY = MediaType.get("application/octet-stream");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OkHttpClient streaming;
    private final OkHttpClient quick;
    private final URI database;
    private final Supplier<String> token;
    private final String nodeName;

    /**
     * @param token asked for before each request, since it may be replaced
     * @param silence after which a stream is taken for dead
     */
    public PrimaryClient(
            OkHttpClient client,
            URI primary,
            String databaseName,
            Supplier<String> token,
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
        this.nodeName = nodeName;
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
                .header(StreamHeaders.NODE, nodeName)
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
                .header(StreamHeaders.NODE, nodeName)
                .post(RequestBody.create(common.encode(), BINARY))
                .build());
    }

    private interface Encoding {
        void writeTo(OutputStream out) throws IOException;
    }

    private Call upload(String path, long bytes, Encoding encoding) {
        return streaming.newCall(request(path)
                .header(StreamHeaders.NODE, nodeName)
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

    public Acknowledgement.Answer acknowledge(Acknowledgement acknowledgement) throws IOException {
        Request request = request("ack")
                .header(StreamHeaders.NODE, nodeName)
                .post(RequestBody.create(acknowledgement.encode(), BINARY))
                .build();
        try (Response response = quick.newCall(request).execute()) {
            refuseUnlessOk(response);
            return Acknowledgement.Answer.decode(response.body().bytes());
        }
    }

    private Request.Builder request(String path) {
        return new Request.Builder()
                .url(database.resolve(path).toString())
                .header("Authorization", "Bearer " + token.get());
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
}
