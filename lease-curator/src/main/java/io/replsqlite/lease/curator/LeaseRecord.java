package io.replsqlite.lease.curator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The data of the {@code lease} znode; its form stands in the package's documentation. */
record LeaseRecord(
        Epoch epoch,
        String holder,
        URI url,
        long sessionId,
        String candidate,
        @Nullable String successor) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * As its holder gives it up.
     *
     * @param next who shall have it; null for anybody
     */
    LeaseRecord givenUpFor(@Nullable String next) {
        return new LeaseRecord(epoch, holder, url, sessionId, "", next);
    }

    /** Whether nobody holds it any more, as the holder itself has said. */
    boolean isGivenUp() {
        return candidate.isEmpty();
    }

    byte[] encode() throws IOException {
        ObjectNode node = JSON.createObjectNode();
        node.put("epoch", epoch.value());
        node.put("holder", holder);
        node.put("url", url.toString());
        node.put("sessionId", Long.toHexString(sessionId));
        node.put("candidate", candidate);
        if (successor != null) {
            node.put("successor", successor);
        }
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
                    Long.parseUnsignedLong(node.path("sessionId").asText(), 16),
                    node.path("candidate").asText(),
                    node.path("successor").isTextual() ? node.path("successor").asText() : null);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the lease znode holds a malformed record: " + node, malformed);
        }
    }
}
