package io.replsqlite.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What a node says of itself.
 *
 * @param primaryUrl empty if the node does not know who holds the lease
 * @param problem why the node has failed; empty if it has not
 * @param remedy what to do about it
 * @param databases by name
 * @param json the whole answer
 */
public record NodeStatus(
        String node,
        String url,
        String role,
        long epoch,
        String primaryUrl,
        String problem,
        String remedy,
        List<DatabaseStatus> databases,
        JsonNode json) {
    public NodeStatus {
        databases = List.copyOf(databases);
    }

    static NodeStatus of(JsonNode json) {
        List<DatabaseStatus> databases = StreamSupport.stream(
                        json.path("databases").spliterator(), false)
                .map(DatabaseStatus::of)
                .sorted(Comparator.comparing(DatabaseStatus::database))
                .toList();
        return new NodeStatus(
                json.path("node").asText(),
                json.path("url").asText(),
                json.path("role").asText(),
                json.path("epoch").asLong(),
                json.path("primaryUrl").asText(),
                json.path("problem").asText(),
                json.path("remedy").asText(),
                databases,
                json);
    }

    public boolean isPrimary() {
        return role.equals("leading");
    }

    public Optional<DatabaseStatus> database(String name) {
        return databases.stream().filter(each -> each.database().equals(name)).findFirst();
    }
}
