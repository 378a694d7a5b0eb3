package io.replsqlite.harness.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * rqlite's HTTP API as its documentation has it: {@code POST /db/execute} with {@code [["insert ... (?,?)", "a", 1]]},
 * answered by {@code {"results":[{"rows_affected":1}]}} or a result with {@code "error"}; {@code GET /readyz} is 200 once
 * there is a leader; {@code GET /nodes} is {@code {"1":{"api_addr":"http://...","leader":true}, ...}}. Connections are kept by the JDK. For one thread.
 */
final class RqliteClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_MILLIS = 10_000;

    private final URI node;

    RqliteClient(URI node) {
        this.node = node;
    }

    boolean isReady() {
        try {
            HttpURLConnection call = open("/readyz");
            int status = call.getResponseCode();
            call.disconnect();
            return status == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** @throws IOException if this node knows of none */
    URI leader() throws IOException {
        HttpURLConnection call = open("/nodes");
        if (call.getResponseCode() != 200) {
            throw new IOException("rqlite answered " + call.getResponseCode() + " to /nodes");
        }
        try (InputStream answer = call.getInputStream()) {
            for (JsonNode node : JSON.readTree(answer)) {
                if (node.path("leader").asBoolean()) {
                    return URI.create(node.path("api_addr").asText());
                }
            }
        }
        throw new IOException("rqlite names no leader");
    }

    /** @return how many rows it has changed */
    long execute(String sql, Object... parameters) throws IOException {
        HttpURLConnection call = open("/db/execute");
        call.setRequestMethod("POST");
        call.setDoOutput(true);
        call.setRequestProperty("Content-Type", "application/json");
        try (OutputStream body = call.getOutputStream()) {
            body.write(encode(sql, parameters));
        }
        if (call.getResponseCode() != 200) {
            throw new IOException("rqlite answered " + call.getResponseCode() + " to " + sql);
        }
        try (InputStream answer = call.getInputStream()) {
            return changedRows(JSON.readTree(answer));
        }
    }

    static byte[] encode(String sql, Object... parameters) throws IOException {
        ArrayNode statements = JSON.createArrayNode();
        ArrayNode statement = statements.addArray().add(sql);
        for (Object parameter : parameters) {
            statement.addPOJO(parameter);
        }
        return JSON.writeValueAsBytes(statements);
    }

    private static long changedRows(JsonNode answer) throws IOException {
        JsonNode result = answer.path("results").path(0);
        if (!result.isObject() || result.has("error")) {
            throw new IOException("rqlite refused: " + answer);
        }
        return result.path("rows_affected").asLong();
    }

    private HttpURLConnection open(String path) throws IOException {
        HttpURLConnection call = (HttpURLConnection) node.resolve(path).toURL().openConnection();
        call.setConnectTimeout(PATIENCE_MILLIS);
        call.setReadTimeout(PATIENCE_MILLIS);
        return call;
    }
}
