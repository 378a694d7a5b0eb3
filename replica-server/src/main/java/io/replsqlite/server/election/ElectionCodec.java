package io.replsqlite.server.election;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The messages of an election as JSON; their form stands in the package's documentation. */
public final class ElectionCodec {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_NAME = 64;

    private ElectionCodec() {}

    public static byte[] encode(PromiseRequest request) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("epoch", request.epoch().value())
                .put("candidate", request.candidate())
                .put("voterTimeoutMillis", request.voterTimeout().toMillis());
        ArrayNode voters = json.putArray("voters");
        request.voters().stream().sorted().forEach(voters::add);
        return JSON.writeValueAsBytes(json);
    }

    /** @throws IOException if it is no request */
    public static PromiseRequest decodeRequest(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        PromiseRequest request = new PromiseRequest(
                epoch(json),
                name(json, "candidate"),
                voters(json),
                Duration.ofMillis(json.path("voterTimeoutMillis").asLong()));
        if (request.epoch().equals(Epoch.NONE)) {
            throw new IOException("epoch 0 is nobody's");
        }
        return request;
    }

    /** One that names none is refused by every node that votes. */
    private static Set<String> voters(JsonNode json) {
        Set<String> voters = new HashSet<>();
        for (JsonNode voter : json.path("voters")) {
            voters.add(voter.asText());
        }
        return voters;
    }

    public static byte[] encode(PromiseReply reply) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        if (reply instanceof PromiseReply.Refused refused) {
            json.put("promised", false)
                    .put("node", refused.nodeName())
                    .put("epoch", refused.promised().value());
        } else if (reply instanceof PromiseReply.Promised promised) {
            NodeReport report = promised.report();
            json.put("promised", true)
                    .put("node", report.nodeName())
                    .put("candidate", report.isCandidate())
                    .put("priority", report.priority())
                    .put("handedOver", report.hasHandedOver());
            ArrayNode databases = json.putArray("databases");
            report.holdings().forEach(holding -> put(holding, databases.addObject()));
        }
        return JSON.writeValueAsBytes(json);
    }

    private static void put(Holding holding, ObjectNode json) {
        Position head = holding.head();
        json.put("name", holding.database())
                .put("id", holding.id().toString())
                .put("dropped", holding.isDropped())
                .put("head", head == null ? null : head.toString());
    }

    /** @throws IOException if it is no reply */
    public static PromiseReply decodeReply(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        String node = name(json, "node");
        if (!json.path("promised").isBoolean()) {
            throw new IOException("this is no answer to the question for a promise: " + json);
        }
        if (!json.path("promised").asBoolean()) {
            return new PromiseReply.Refused(node, epoch(json));
        }
        List<Holding> holdings = new ArrayList<>();
        for (JsonNode one : json.path("databases")) {
            holdings.add(holding(one));
        }
        return new PromiseReply.Promised(new NodeReport(
                node,
                json.path("candidate").asBoolean(),
                json.path("priority").asInt(),
                holdings,
                json.path("handedOver").asBoolean()));
    }

    private static Holding holding(JsonNode json) throws IOException {
        try {
            return new Holding(
                    name(json, "name"),
                    UUID.fromString(json.path("id").asText()),
                    json.path("dropped").asBoolean(),
                    head(json.path("head")));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("a database without a valid id or head: " + json, malformed);
        }
    }

    private static @Nullable Position head(JsonNode json) {
        return json.isTextual() ? Position.parse(json.asText()) : null;
    }

    private static Epoch epoch(JsonNode json) throws IOException {
        JsonNode epoch = json.path("epoch");
        if (!epoch.canConvertToLong() || epoch.asLong() < 0) {
            throw new IOException("no epoch in " + json);
        }
        return new Epoch(epoch.asLong());
    }

    private static String name(JsonNode json, String field) throws IOException {
        String name = json.path(field).asText("");
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IOException("no " + field + " in " + json);
        }
        return name;
    }
}
