package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Something that happened to the lease, as this node saw it. One line of JSON: {@code {"atMillis", "kind", "epoch", "node",
 * "reason", "unheard"}}.
 *
 * @param node of {@link Kind#ROLE} the roles, as {@code leading-draining}; else the holder
 * @param unheard of {@link Kind#LED}: nodes that did not answer in the election and may have had more
 */
record LeaseEvent(long atMillis, Kind kind, Epoch epoch, String node, String reason, List<String> unheard) {
    private static final ObjectMapper JSON = new ObjectMapper();

    enum Kind {
        /** This node's role changed. */
        ROLE,
        /** This node was open for writes. */
        LED,
        /** This node's tenure was over. */
        ENDED,
        /** Another node held the lease. */
        SEEN
    }

    LeaseEvent {
        unheard = List.copyOf(unheard);
    }

    ObjectNode json() {
        ObjectNode json = JSON.createObjectNode()
                .put("atMillis", atMillis)
                .put("kind", kind.name().toLowerCase(Locale.ROOT))
                .put("epoch", epoch.value())
                .put("node", node)
                .put("reason", reason);
        ArrayNode list = json.putArray("unheard");
        unheard.forEach(list::add);
        return json;
    }

    /** @throws IOException if the line is no event */
    static LeaseEvent parse(String line) throws IOException {
        JsonNode json = JSON.readTree(line);
        List<String> unheard = new ArrayList<>();
        json.path("unheard").forEach(name -> unheard.add(name.asText()));
        try {
            return new LeaseEvent(
                    json.path("atMillis").asLong(),
                    Kind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT)),
                    new Epoch(json.path("epoch").asLong()),
                    json.path("node").asText(),
                    json.path("reason").asText(),
                    unheard);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("this is no line of a lease history: " + line, malformed);
        }
    }
}
