package io.replsqlite.server.majority;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/** {@link Beat} and {@link BeatReply} as JSON. */
public final class BeatCodec {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_NAME = 64;

    private BeatCodec() {}

    public static byte[] encode(Beat beat) throws IOException {
        return JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("kind", beat.kind().name().toLowerCase(Locale.ROOT))
                .put("epoch", beat.epoch().value())
                .put("node", beat.node())
                .put("url", beat.url().toString())
                .put("successor", beat.successor()));
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
                    json.path("successor").asText());
        } catch (IllegalArgumentException malformed) {
            throw new IOException("this is no beat: " + json, malformed);
        }
        if (beat.epoch().equals(Epoch.NONE) || beat.successor().length() > LONGEST_NAME) {
            throw new IOException("this is no beat: " + json);
        }
        return beat;
    }

    public static byte[] encode(BeatReply reply) throws IOException {
        return JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("node", reply.node())
                .put("promised", reply.promised().value())
                .put("agrees", reply.agrees())
                .put("follows", reply.follows()));
    }

    /** @throws IOException if it is no reply */
    public static BeatReply decodeReply(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        if (!json.path("agrees").isBoolean()) {
            throw new IOException("this is no answer to a beat: " + json);
        }
        return new BeatReply(
                name(json, "node"),
                epoch(json, "promised"),
                json.path("agrees").asBoolean(),
                json.path("follows").asText());
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
