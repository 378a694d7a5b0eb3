package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.cluster.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A primary and a follower in processes of their own, started when a scenario wants them. */
record BenchNodes(Path directory, List<Integer> ports) {
    static BenchNodes in(Path directory) throws IOException {
        return new BenchNodes(directory, FreePorts.find(2));
    }

    NodeProcess startPrimary() throws IOException {
        return start("node1", ports.get(0));
    }

    NodeProcess startFollower() throws IOException {
        return start("node2", ports.get(1));
    }

    /** Either may lead; the first to be started does. */
    NodeProcess startWithFileLease(int number) throws IOException {
        return start("node" + number, ports.get(number - 1), "file:" + directory.resolve("lease"));
    }

    private NodeProcess start(String name, int port) throws IOException {
        return start(name, port, "static:node1@http://127.0.0.1:" + ports.get(0));
    }

    private NodeProcess start(String name, int port, String lease) throws IOException {
        return NodeProcess.start(
                directory.resolve(name),
                List.of(
                        "--name",
                        name,
                        "--listen",
                        "127.0.0.1:" + port,
                        "--token-file",
                        directory.resolve("token").toString(),
                        "--lease",
                        lease),
                Map.of());
    }
}
