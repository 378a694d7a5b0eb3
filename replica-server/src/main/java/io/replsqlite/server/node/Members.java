package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Member;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The other nodes of the cluster: what the lease provider says, and what it has said, kept in {@code members.json} as
 * {@code {"members":[{"name","url","candidate"}]}}. So an election finds them while the provider is away, and when it has
 * forgotten all of them. One that the provider leaves out is forgotten after an hour.
 *
 * <p>Safe for any thread.
 */
public final class Members {
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final String ownName;
    private final MonotonicClock clock;

    @GuardedBy("this")
    private final TreeMap<String, Member> known = new TreeMap<>();

    @GuardedBy("this")
    private final Map<String, Deadline> missing = new HashMap<>();

    /** What a node has said of itself since the start, which the provider may have missed while it was away. */
    @GuardedBy("this")
    private final Map<String, URI> heardAt = new HashMap<>();

    /** Something is not in the file; tried again until it is. */
    @GuardedBy("this")
    private boolean unstored;

    public Members(Path file, String ownName, MonotonicClock clock) throws IOException {
        this.file = file;
        this.ownName = ownName;
        this.clock = clock;
        if (Files.exists(file)) {
            for (JsonNode one : JSON.readTree(Files.readAllBytes(file)).path("members")) {
                Member member = parse(one, file);
                known.put(member.nodeName(), member);
            }
        }
    }

    private static Member parse(JsonNode json, Path file) throws IOException {
        try {
            return new Member(
                    json.path("name").asText(),
                    URI.create(json.path("url").asText()),
                    json.path("candidate").asBoolean());
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + " lists a node without a valid url: " + json, malformed);
        }
    }

    /** Takes over what the provider says now; durable when this returns. */
    public synchronized void update(List<Member> told) throws IOException {
        Map<String, Member> before = Map.copyOf(known);
        for (Member member : told) {
            if (!member.nodeName().equals(ownName)) {
                known.put(member.nodeName(), member);
            }
        }
        forget(told);
        unstored |= !before.equals(known);
        if (unstored) {
            FailurePoint.MEMBERS_STORING.reached();
            DurableFiles.replace(file, json());
            FailurePoint.MEMBERS_STORED.reached();
            unstored = false;
        }
    }

    @GuardedBy("this")
    private void forget(List<Member> told) {
        for (String name : List.copyOf(known.keySet())) {
            if (told.isEmpty()
                    || told.stream().anyMatch(member -> member.nodeName().equals(name))) {
                missing.remove(name);
            } else if (missing.computeIfAbsent(name, absent -> Deadline.after(FORGOTTEN_AFTER, clock))
                    .hasPassed()) {
                known.remove(name);
                missing.remove(name);
            }
        }
    }

    /** Without this node. */
    public synchronized List<Member> others() {
        List<Member> others = new ArrayList<>();
        for (Member told : known.values()) {
            others.add(asHeard(told));
        }
        return others;
    }

    /** A member has called from there. One that is not known stays so: only the provider says who belongs to the cluster. */
    synchronized void heard(String nodeName, URI url) {
        if (known.containsKey(nodeName) && url.getHost() != null) {
            heardAt.put(nodeName, url);
        }
    }

    @GuardedBy("this")
    private Member asHeard(Member told) {
        URI heard = heardAt.get(told.nodeName());
        return heard == null ? told : new Member(told.nodeName(), heard, told.isCandidate());
    }

    synchronized Optional<Member> byName(String nodeName) {
        Member told = known.get(nodeName);
        return told == null ? Optional.empty() : Optional.of(asHeard(told));
    }

    @GuardedBy("this")
    private byte[] json() throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("members");
        for (Member member : known.values()) {
            list.addObject()
                    .put("name", member.nodeName())
                    .put("url", member.url().toString())
                    .put("candidate", member.isCandidate());
        }
        return JSON.writeValueAsBytes(root);
    }
}
