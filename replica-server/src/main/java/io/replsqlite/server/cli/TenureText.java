package io.replsqlite.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** The history of the lease as text: a line for each tenure, and one for each database in it. */
record TenureText(JsonNode history) {
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (JsonNode tenure : history.path("tenures")) {
            text.append(String.format(
                    "epoch %d: %s, from %s to %s%n",
                    tenure.path("epoch").asLong(),
                    tenure.path("holder").asText(),
                    time(tenure.path("fromMillis"), "before this node saw it"),
                    time(tenure.path("toMillis"), "now")));
            append(text, "began", tenure.path("reason"));
            append(text, "ended", tenure.path("endReason"));
            if (!tenure.path("possibleLoss").isEmpty()) {
                append(text, "may have lost what only these had", tenure.path("possibleLoss"));
            }
            for (JsonNode database : tenure.path("databases")) {
                text.append(String.format(
                        "  %s: txid %d to %d%n",
                        database.path("database").asText(),
                        database.path("firstTxid").asLong(),
                        database.path("lastTxid").asLong()));
            }
        }
        return text.toString();
    }

    private static String time(JsonNode millis, String otherwise) {
        return millis.isNumber() ? Instant.ofEpochMilli(millis.asLong()).toString() : otherwise;
    }

    private static void append(StringBuilder text, String what, JsonNode value) {
        if (!value.isMissingNode()) {
            text.append(String.format("  %s: %s%n", what, value.isTextual() ? value.asText() : value.toString()));
        }
    }
}
