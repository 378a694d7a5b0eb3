package io.replsqlite.harness.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One line of the file that the package describes. */
final class HistoryCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HistoryCodec() {}

    static String encode(Operation operation) throws IOException {
        ObjectNode line = JSON.createObjectNode()
                .put("number", operation.number())
                .put("client", operation.client())
                .put("session", operation.session())
                .put("node", operation.node())
                .put("level", word(operation.level()))
                .put("outcome", word(operation.outcome()))
                .put("invoked", operation.invokedNanos())
                .put("completed", operation.completedNanos())
                .put("epoch", operation.epoch())
                .put("txid", operation.txid());
        ArrayNode steps = line.putArray("steps");
        for (Step step : operation.steps()) {
            ArrayNode array = steps.addArray().add(word(step.kind())).add(step.key());
            step.values().forEach(array::add);
        }
        if (!operation.note().isEmpty()) {
            line.put("note", operation.note());
        }
        return JSON.writeValueAsString(line);
    }

    /** @throws IOException if the line is not one of a history */
    static Operation decode(String text) throws IOException {
        JsonNode line = JSON.readTree(text);
        try {
            List<Step> steps = new ArrayList<>();
            for (JsonNode step : required(line, "steps")) {
                steps.add(step(step));
            }
            return new Operation(
                    required(line, "number").asLong(),
                    required(line, "client").asInt(),
                    required(line, "session").asLong(),
                    required(line, "node").asInt(),
                    Level.valueOf(name(required(line, "level"))),
                    steps,
                    Outcome.valueOf(name(required(line, "outcome"))),
                    required(line, "invoked").asLong(),
                    required(line, "completed").asLong(),
                    required(line, "epoch").asLong(),
                    required(line, "txid").asLong(),
                    line.path("note").asText(""));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("not a line of a history: " + text, malformed);
        }
    }

    private static Step step(JsonNode array) {
        if (array.size() < 2) {
            throw new IllegalArgumentException("a step has a kind and a key: " + array);
        }
        List<Long> values = new ArrayList<>();
        for (int i = 2; i < array.size(); i++) {
            values.add(array.get(i).asLong());
        }
        return new Step(Step.Kind.valueOf(name(array.get(0))), array.get(1).asText(), values);
    }

    private static JsonNode required(JsonNode line, String field) {
        JsonNode value = line.path(field);
        if (value.isMissingNode()) {
            throw new IllegalArgumentException("no field " + field);
        }
        return value;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String name(JsonNode word) {
        return word.asText().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
