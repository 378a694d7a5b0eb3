package io.replsqlite.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Statement;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Talks to one node by HTTP, without retries, so that a caller learns of every attempt what became of it. Thread-safe. */
public final class NodeClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final WireCodec CBOR = WireCodec.cbor(WireLimits.DEFAULT);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI node;
    private final String token;

    public NodeClient(URI node, String token) {
        this.node = node;
        this.token = token;
    }

    /** What became of a write, as far as its sender can know. */
    public sealed interface Outcome {
        /** Acknowledged: it must never be lost. */
        record Acknowledged(long txid) implements Outcome {}

        /** It did not happen and must not be found. */
        record Refused(String why) implements Outcome {}

        /** Nobody listened: not even sent. */
        record Unreachable() implements Outcome {}

        /** It may be found or not, but the same everywhere. */
        record Unknown(String why) implements Outcome {}
    }

    /** Runs the statements as one transaction. */
    public Outcome execute(String database, List<Statement> statements) throws InterruptedException {
        ExecuteRequest write = new ExecuteRequest(
                RequestId.random(),
                database,
                ExecuteRequest.Kind.WRITE,
                statements,
                0,
                false,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO);
        HttpRequest request = request("/v1/databases/" + database + "/execute")
                .header("Content-Type", WireCodec.CBOR_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(CBOR.encode(write)))
                .build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return outcome(response);
        } catch (ConnectException nobody) {
            return new Outcome.Unreachable();
        } catch (IOException broken) {
            return new Outcome.Unknown(String.valueOf(broken));
        }
    }

    private static Outcome outcome(HttpResponse<byte[]> response) throws IOException {
        ByteArrayInputStream body = new ByteArrayInputStream(response.body());
        if (response.statusCode() == 200) {
            return new Outcome.Acknowledged(CBOR.decodeResponse(body).txid().value());
        }
        ErrorResponse error = CBOR.decodeError(body);
        String why = error.kind() + ": " + error.message();
        return error.mayHaveHappened() ? new Outcome.Unknown(why) : new Outcome.Refused(why);
    }

    public JsonNode status() throws IOException, InterruptedException {
        return json(request("/v1/status").GET().build());
    }

    /** The status of one database of the node; a missing node if it has none of that name. */
    public JsonNode status(String database) throws IOException, InterruptedException {
        for (JsonNode one : status().path("databases")) {
            if (one.path("database").asText().equals(database)) {
                return one;
            }
        }
        return JSON.missingNode();
    }

    /** Has the node read every page of its replica. */
    public JsonNode scan(String database) throws IOException, InterruptedException {
        return post("/v1/databases/" + database + "/scan", "");
    }

    /** Posts JSON; answers the node's JSON whatever the status, which must be 200. */
    public JsonNode post(String path, String body) throws IOException, InterruptedException {
        return json(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private JsonNode json(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(request.uri() + " answered " + response.statusCode() + ": "
                    + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return JSON.readTree(response.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(node.resolve(path)).timeout(TIMEOUT).header("Authorization", "Bearer " + token);
    }
}
