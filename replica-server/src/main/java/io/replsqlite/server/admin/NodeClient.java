package io.replsqlite.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.tls.Tls;
import io.replsqlite.tls.TlsFiles;
import io.replsqlite.tls.TlsProblem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** One node's routes for operators. What changes the list of databases goes to the primary that the node names. */
public final class NodeClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    /** A scan or an import of a large file answers only when it is done. */
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(30);

    private static final OkHttpClient PLAIN = new OkHttpClient.Builder()
            .connectTimeout(Duration.ofSeconds(5))
            .readTimeout(ANSWER_WITHIN)
            .build();

    private final URI url;
    private final String token;
    private final OkHttpClient http;

    public NodeClient(URI url, String token) {
        this(url, token, PLAIN);
    }

    /** @throws IOException if a TLS file cannot be used */
    public static NodeClient of(URI url, String token, TlsFiles tls) throws IOException {
        return new NodeClient(
                url, token, "https".equals(url.getScheme()) ? Tls.of(tls).secure(PLAIN) : PLAIN);
    }

    /** One that gives a node so long to answer anything, for what takes no time. */
    public static NodeClient impatient(URI url, String token, Duration within) {
        return new NodeClient(
                url,
                token,
                PLAIN.newBuilder().connectTimeout(within).readTimeout(within).build());
    }

    private NodeClient(URI url, String token, OkHttpClient http) {
        this.url = url;
        this.token = token;
        this.http = http;
    }

    public URI url() {
        return url;
    }

    public NodeStatus status() throws IOException {
        return NodeStatus.of(call(url, new Request.Builder().get(), "/v1/status"));
    }

    /** This node if it is the primary, else the one that it names. */
    public NodeClient onPrimary() throws IOException {
        NodeStatus own = status();
        return own.isPrimary() || own.primaryUrl().isEmpty()
                ? this
                : new NodeClient(URI.create(own.primaryUrl()), token, http);
    }

    /** Who has held the lease, as this node knows it: its answer as it is. */
    public JsonNode history() throws IOException {
        return call(url, new Request.Builder().get(), "/v1/history");
    }

    /** Has the node read every page of its replica. */
    public ReplicaScan scan(String database) throws IOException {
        return ReplicaScan.of(call(url, post(Map.of()), "/v1/databases/" + database + "/scan"));
    }

    /** Has the node count the rows of each table at one txid: its answer as it is. */
    public JsonNode counts(String database) throws IOException {
        return call(url, post(Map.of()), "/v1/databases/" + database + "/counts");
    }

    public JsonNode create(String database) throws IOException {
        return onPrimary("/v1/databases/" + database + "/create", Map.of());
    }

    /** The primary reads the file itself, so the path is one of the primary's host. */
    public JsonNode importFile(String database, Path file) throws IOException {
        return onPrimary(
                "/v1/databases/" + database + "/import",
                Map.of("file", file.toAbsolutePath().toString()));
    }

    /**
     * Has the primary leave the lease to another node.
     *
     * @param to that node's name; empty for the one that lags least
     */
    public JsonNode handOff(String to) throws IOException {
        return onPrimary("/v1/handoff", to.isEmpty() ? Map.of() : Map.of("to", to));
    }

    public JsonNode drop(String database) throws IOException {
        return onPrimary("/v1/databases/" + database + "/drop", Map.of());
    }

    private JsonNode onPrimary(String path, Map<String, String> body) throws IOException {
        try {
            return call(url, post(body), path);
        } catch (NodeRefusedException refused) {
            if (!refused.reason().equals("notPrimary") || refused.primaryUrl().isEmpty()) {
                throw refused;
            }
            return call(URI.create(refused.primaryUrl()), post(body), path);
        }
    }

    private static Request.Builder post(Map<String, String> body) throws JsonProcessingException {
        return new Request.Builder().post(RequestBody.create(JSON.writeValueAsBytes(body), JSON_TYPE));
    }

    private JsonNode call(URI node, Request.Builder request, String path) throws IOException {
        request.url(node.resolve(path).toString()).header("Authorization", "Bearer " + token);
        try (Response response = http.newCall(request.build()).execute()) {
            byte[] body = response.body().bytes();
            if (response.isSuccessful()) {
                return JSON.readTree(body);
            }
            throw refusal(response.code(), body);
        } catch (SSLException failed) {
            throw new IOException(TlsProblem.describe(node.toString(), failed), failed);
        }
    }

    private static NodeRefusedException refusal(int status, byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return new NodeRefusedException(
                    json.path("error").asText("status " + status),
                    json.path("message").asText("the node answered with HTTP status " + status),
                    json.path("primaryUrl").asText(""));
        } catch (IOException notJson) {
            return new NodeRefusedException(
                    "status " + status, "something that is no node answered with HTTP status " + status, "");
        }
    }
}
