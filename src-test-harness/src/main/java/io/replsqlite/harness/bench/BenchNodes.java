package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A primary and its followers in processes of their own, started when a scenario wants them. */
record BenchNodes(Path directory, List<Integer> ports) {
    static BenchNodes in(Path directory) throws IOException {
        return of(2, directory);
    }

    static BenchNodes of(int nodes, Path directory) throws IOException {
        return new BenchNodes(directory, FreePorts.find(nodes));
    }

    NodeProcess startPrimary() throws IOException {
        return start(1, List.of());
    }

    NodeProcess startFollower() throws IOException {
        return start(2, List.of());
    }

    /** Either may lead; the first to be started does. */
    NodeProcess startWithFileLease(int number) throws IOException {
        return start(number, "file:" + directory.resolve("lease"), List.of());
    }

    /** @param number from 1, which is the primary */
    NodeProcess start(int number, List<String> more) throws IOException {
        return start(number, "static:node1@http://127.0.0.1:" + ports.get(0), more);
    }

    private NodeProcess start(int number, String lease, List<String> more) throws IOException {
        String name = "node" + number;
        List<String> arguments = new ArrayList<>(List.of(
                "--name",
                name,
                "--listen",
                "127.0.0.1:" + ports.get(number - 1),
                "--token-file",
                directory.resolve("token").toString(),
                "--lease",
                lease));
        arguments.addAll(more);
        return NodeProcess.start(directory.resolve(name), arguments, Map.of());
    }
}
