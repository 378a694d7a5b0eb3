package io.replsqlite.harness.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a cluster's directory remembers of it, so that it goes on where it stopped: {@code cluster.json}, as
 * {@code {"lease":"zookeeper","zooKeeperPort":20000,"ports":[20001,20002,20003]}}; port 0 where there is no ZooKeeper.
 */
record ClusterFile(LeaseKind lease, int zooKeeperPort, List<Integer> ports) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "cluster.json";

    ClusterFile {
        ports = List.copyOf(ports);
    }

    /** Reads it, or writes a new one; a cluster may grow, but keeps its kind of lease. */
    static ClusterFile readOrMake(Path directory, int nodes, LeaseKind lease) throws IOException {
        Path file = directory.resolve(NAME);
        List<Integer> ports = new ArrayList<>();
        int zooKeeperPort = 0;
        if (Files.exists(file)) {
            ClusterFile known = parse(file);
            if (known.lease != lease) {
                throw new ClusterException(
                        "the cluster in " + directory + " was made with --lease " + known.lease.word(),
                        "another kind of lease would give out the same epochs again",
                        "start it with --lease " + known.lease.word() + ", or choose another directory");
            }
            ports.addAll(known.ports);
            zooKeeperPort = known.zooKeeperPort;
        } else if (lease == LeaseKind.ZOOKEEPER) {
            zooKeeperPort = FreePorts.find(1).get(0);
        }
        if (ports.size() < nodes) {
            ports.addAll(FreePorts.find(nodes - ports.size()));
            new ClusterFile(lease, zooKeeperPort, ports).write(file);
        }
        return new ClusterFile(lease, zooKeeperPort, ports.subList(0, nodes));
    }

    private static ClusterFile parse(Path file) throws IOException {
        JsonNode json = JSON.readTree(Files.readAllBytes(file));
        List<Integer> ports = new ArrayList<>();
        for (JsonNode port : json.path("ports")) {
            ports.add(port.asInt());
        }
        try {
            return new ClusterFile(
                    LeaseKind.valueOf(json.path("lease").asText().toUpperCase(Locale.ROOT)),
                    json.path("zooKeeperPort").asInt(),
                    ports);
        } catch (IllegalArgumentException unknown) {
            throw new IOException(file + " is not the file of a cluster: " + json, unknown);
        }
    }

    private void write(Path file) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("lease", lease.word());
        if (zooKeeperPort != 0) {
            json.put("zooKeeperPort", zooKeeperPort);
        }
        ArrayNode list = json.putArray("ports");
        ports.forEach(list::add);
        Path next = file.resolveSibling(NAME + ".next");
        Files.write(next, JSON.writeValueAsBytes(json));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
