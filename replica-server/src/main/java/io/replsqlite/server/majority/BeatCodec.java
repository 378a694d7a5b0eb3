package io.replsqlite.server.majority;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** {@link Beat} and {@link BeatReply} as JSON. */
public final class BeatCodec {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_OBJECTION = 4_096;

    private BeatCodec() {}

    public static byte[] encode(Beat beat) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("kind", beat.kind().name().toLowerCase(Locale.ROOT))
                .put("epoch", beat.epoch().value())
                .put("node", beat.node())
                .put("url", beat.url().toString())
                .put("successor", beat.successor())
                .put("voterTimeoutMillis", beat.terms().patience().toMillis());
        ArrayNode voters = json.putArray("voters");
        beat.terms().voters().stream().sorted().forEach(voters::add);
        return JSON.writeValueAsBytes(json);
    }

    /** @throws IOException if it is no beat */
    public static Beat decodeBeat(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        Beat beat;
        try {
            beat = new Beat(
                    Beat.Kind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT)),
                    epoch(json, "epoch"),
                    name(json, "node"),
                    URI.create(json.path("url").asText()),
                    json.path("successor").asText(),
                    terms(json));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("this is no beat: " + json, malformed);
        }
        if (beat.epoch().equals(Epoch.NONE) || beat.successor().length() > LONGEST_NAME) {
            throw new IOException("this is no beat: " + json);
        }
        return beat;
    }

    private static VotingTerms terms(JsonNode json) throws IOException {
        JsonNode millis = json.path("voterTimeoutMillis");
        JsonNode listed = json.path("voters");
        if (!millis.canConvertToLong() || millis.asLong() <= 0 || !listed.isArray()) {
            throw new IOException("no voters in this beat: " + json);
        }
        Set<String> voters = new HashSet<>();
        for (JsonNode voter : listed) {
            voters.add(voter.asText());
        }
        return new VotingTerms(voters, Duration.ofMillis(millis.asLong()));
    }

    public static byte[] encode(BeatReply reply) throws IOException {
        return JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("node", reply.node())
                .put("promised", reply.promised().value())
                .put("promisedTo", reply.promisedTo())
                .put("agrees", reply.agrees())
                .put("follows", reply.follows())
                .put("objection", reply.objection()));
    }

    /** @throws IOException if it is no reply */
    public static BeatReply decodeReply(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        if (!json.path("agrees").isBoolean()) {
            throw new IOException("this is no answer to a beat: " + json);
        }
        String objection = json.path("objection").asText();
        return new BeatReply(
                name(json, "node"),
                epoch(json, "promised"),
                json.path("promisedTo").asText(),
                json.path("agrees").asBoolean(),
                json.path("follows").asText(),
                objection.substring(0, Math.min(objection.length(), LONGEST_OBJECTION)));
    }

    private static Epoch epoch(JsonNode json, String field) throws IOException {
        JsonNode epoch = json.path(field);
        if (!epoch.canConvertToLong() || epoch.asLong() < 0) {
            throw new IOException("no " + field + " in " + json);
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
