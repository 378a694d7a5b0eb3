package io.replsqlite.server.backup.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * One history without a fork, as its file says.
 *
 * @param number the epoch of the tenure that began it
 * @param reason why the one before could not go on; for people
 */
public record Generation(long number, String database, UUID databaseId, String node, String reason) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public byte[] encode() {
        ObjectNode json = JSON.createObjectNode()
                .put("generation", number)
                .put("database", database)
                .put("databaseId", databaseId.toString())
                .put("node", node)
                .put("reason", reason);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException if it is not the file of a generation; the message names the key */
    public static Generation decode(String key, byte[] bytes) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            return new Generation(
                    json.path("generation").asLong(),
                    json.path("database").asText(),
                    UUID.fromString(json.path("databaseId").asText()),
                    json.path("node").asText(),
                    json.path("reason").asText());
        } catch (IOException | IllegalArgumentException malformed) {
            throw new IOException(key + " is not the file of a generation: " + malformed.getMessage(), malformed);
        }
    }
}
