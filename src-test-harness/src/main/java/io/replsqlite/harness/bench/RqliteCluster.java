package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.fault.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Three {@code rqlited} on loopback with their defaults, in processes of their own. For one thread. */
final class RqliteCluster implements AutoCloseable {
    static final int NODES = 3;
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(10);

    private final List<Process> processes = new ArrayList<>();
    private RqliteClient client;

    private RqliteCluster(URI first) {
        this.client = new RqliteClient(first);
    }

    static RqliteCluster start(Path program, Path directory) throws IOException, InterruptedException {
        List<Integer> ports = FreePorts.find(2 * NODES);
        RqliteCluster cluster = new RqliteCluster(URI.create("http://127.0.0.1:" + ports.get(0)));
        try {
            for (int node = 1; node <= NODES; node++) {
                List<String> command = command(program, directory, ports, node);
                cluster.processes.add(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                directory.resolve("rqlite" + node + ".log").toFile())
                        .start());
            }
            Await.until("rqlite has a leader", READY_WITHIN, cluster.client::isReady);
            cluster.client = new RqliteClient(cluster.client.leader());
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    /** @param ports for HTTP of each node, then for Raft of each node */
    static List<String> command(Path program, Path directory, List<Integer> ports, int node) {
        String joined = ports.subList(NODES, 2 * NODES).stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(","));
        return List.of(
                program.toString(),
                "-node-id",
                Integer.toString(node),
                "-http-addr",
                "127.0.0.1:" + ports.get(node - 1),
                "-raft-addr",
                "127.0.0.1:" + ports.get(NODES + node - 1),
                "-bootstrap-expect",
                Integer.toString(NODES),
                "-join",
                joined,
                directory.resolve("rqlite" + node).toString());
    }

    /** Of the leader; what the others are told they pass on to it, which costs them a way more. */
    RqliteClient client() {
        return client;
    }

    @Override
    public void close() throws InterruptedException {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            if (!process.waitFor(STOPPED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
