package io.replsqlite.lease.curator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.net.URI;

/** The data of the {@code lease} znode; its form stands in the package's documentation. */
record LeaseRecord(Epoch epoch, String holder, URI url, long sessionId) {
    private static final ObjectMapper JSON = new ObjectMapper();

    byte[] encode() throws IOException {
        ObjectNode node = JSON.createObjectNode();
        node.put("epoch", epoch.value());
        node.put("holder", holder);
        node.put("url", url.toString());
        node.put("sessionId", Long.toHexString(sessionId));
        return JSON.writeValueAsBytes(node);
    }

    static LeaseRecord decode(byte[] bytes) throws IOException {
        JsonNode node = JSON.readTree(bytes);
        JsonNode epoch = node.path("epoch");
        if (!epoch.canConvertToLong()
                || epoch.asLong() < 1
                || !node.path("holder").isTextual()) {
            throw new IOException("the lease znode does not hold a lease record but: " + node);
        }
        try {
            return new LeaseRecord(
                    new Epoch(epoch.asLong()),
                    node.path("holder").asText(),
                    URI.create(node.path("url").asText()),
                    Long.parseUnsignedLong(node.path("sessionId").asText(), 16));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the lease znode holds a malformed record: " + node, malformed);
        }
    }
}
