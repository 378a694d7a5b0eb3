package io.replsqlite.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every page of one replica, read at one txid.
 *
 * @param expected the state checksum that the change sets say
 * @param found the state checksum of the pages as they were read
 * @param wrongPages pages whose content is not what the change sets say, ascending
 */
public record ReplicaScan(
        String node,
        String database,
        long epoch,
        long txid,
        String expected,
        String found,
        int pages,
        List<Integer> wrongPages) {
    public ReplicaScan {
        wrongPages = List.copyOf(wrongPages);
    }

    static ReplicaScan of(JsonNode json) {
        List<Integer> wrong = new ArrayList<>();
        json.path("wrongPages").forEach(page -> wrong.add(page.asInt()));
        return new ReplicaScan(
                json.path("node").asText(),
                json.path("database").asText(),
                json.path("epoch").asLong(),
                json.path("txid").asLong(),
                json.path("expected").asText(),
                json.path("found").asText(),
                json.path("pages").asInt(),
                wrong);
    }

    /** Whether the file holds what the log says. */
    public boolean isIntact() {
        return wrongPages.isEmpty() && expected.equals(found);
    }

    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", node);
        json.put("epoch", epoch);
        json.put("txid", txid);
        json.put("expected", expected);
        json.put("found", found);
        json.put("pages", pages);
        json.put("wrongPages", wrongPages);
        return json;
    }
}
