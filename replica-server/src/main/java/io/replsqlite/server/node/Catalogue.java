package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The databases of this node by name. A dropped one stays listed as dropped, with its id: only that lets a follower tell
 * "dropped" from "the primary has never heard of it". JSON:
 * {@code {"databases":[{"name","id","received","dropped","filesRemain"}]}}; the last only while it is true.
 *
 * <p>Safe for any thread.
 */
final class Catalogue {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    @GuardedBy("this")
    private final Map<UUID, Entry> entries = new TreeMap<>();

    /** @param received whether it came from another node's catalogue: without files here, there is nothing to lead with */
    record Entry(String name, UUID id, boolean received, State state) {
        boolean dropped() {
            return state != State.PRESENT;
        }

        Entry in(State newState) {
            return new Entry(name, id, received, newState);
        }
    }

    enum State {
        PRESENT,
        /** Dropped, and its files may still stand in their places. */
        DROPPING,
        /** Dropped, its files are set aside. */
        DROPPED
    }

    Catalogue(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            for (Entry entry : parse(JSON.readTree(Files.readAllBytes(file)))) {
                entries.put(entry.id(), entry);
            }
        }
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** What another node's catalogue says. @throws IOException if it is not a catalogue */
    static List<Entry> parse(JsonNode json) throws IOException {
        List<Entry> parsed = new ArrayList<>();
        for (JsonNode one : json.path("databases")) {
            String name = one.path("name").asText();
            if (!isName(name)) {
                throw new IOException("a catalogue lists a database of the name '" + name + "'");
            }
            try {
                parsed.add(new Entry(
                        name,
                        UUID.fromString(one.path("id").asText()),
                        one.path("received").asBoolean(),
                        stateOf(one)));
            } catch (IllegalArgumentException malformed) {
                throw new IOException("a catalogue lists " + name + " without an id", malformed);
            }
        }
        return parsed;
    }

    private static State stateOf(JsonNode one) {
        if (!one.path("dropped").asBoolean()) {
            return State.PRESENT;
        }
        return one.path("filesRemain").asBoolean() ? State.DROPPING : State.DROPPED;
    }

    synchronized List<Entry> all() {
        return List.copyOf(entries.values());
    }

    synchronized Optional<Entry> present(String name) {
        return entries.values().stream()
                .filter(entry -> !entry.dropped() && entry.name().equals(name))
                .findFirst();
    }

    /** Durable when this returns. */
    void put(Entry entry) throws IOException {
        putAll(List.of(entry));
    }

    /** All of them or none; durable when this returns. */
    synchronized void putAll(List<Entry> added) throws IOException {
        Map<UUID, Entry> next = new TreeMap<>(entries);
        added.forEach(entry -> next.put(entry.id(), entry));
        DurableFiles.replace(file, json(next.values()));
        entries.putAll(next);
    }

    synchronized byte[] json() throws IOException {
        return json(entries.values());
    }

    private static byte[] json(Collection<Entry> entries) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("databases");
        for (Entry entry : entries) {
            ObjectNode one = list.addObject()
                    .put("name", entry.name())
                    .put("id", entry.id().toString())
                    .put("received", entry.received())
                    .put("dropped", entry.dropped());
            if (entry.state() == State.DROPPING) {
                one.put("filesRemain", true);
            }
        }
        return JSON.writeValueAsBytes(root);
    }
}
