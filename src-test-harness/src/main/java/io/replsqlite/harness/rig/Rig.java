package io.replsqlite.harness.rig;

import io.replsqlite.base.Durability;
import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.harness.cluster.Wiring;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Three node processes and a ZooKeeper, with proxies between all of them. What it does to them it undoes with {@link
 * #heal}.
 *
 * <p>For one thread; {@link #close} may also be called by a shutdown hook.
 */
public final class Rig implements AutoCloseable {
    public static final int NODES = 3;

    private static final Duration HEALED_WITHIN = Duration.ofSeconds(90);
    private static final Duration PRIMARY_WITHIN = Duration.ofSeconds(60);
    private static final Duration ARMED_WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(1);

    private final LocalCluster cluster;
    private final Network network;
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final Map<Long, Place> processes = new ConcurrentHashMap<>();
    private final Set<Integer> paused = new TreeSet<>();
    private final Map<Integer, Map<String, String>> armed = new TreeMap<>();
    private boolean zooKeeperRuns;

    private Rig(LocalCluster cluster, Network network) {
        this.cluster = cluster;
        this.network = network;
    }

    /** Starts everything; returns when all nodes are level. */
    public static Rig start(Path directory, Durability durability, long seed, List<String> settings)
            throws IOException, InterruptedException {
        LocalCluster cluster = LocalCluster.prepare(directory, NODES, LeaseKind.ZOOKEEPER, durability);
        Rig rig = new Rig(cluster, new Network(seed));
        try {
            cluster.addSettings(settings);
            cluster.setWiring(rig.wire());
            cluster.startAll();
            rig.zooKeeperRuns = true;
            return rig;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            rig.close();
            throw failure;
        }
    }

    /** One proxy before each node, and one before ZooKeeper for each node: there the port says who calls. */
    private Wiring wire() throws IOException {
        List<Integer> ports = FreePorts.find(2 * NODES);
        Map<Integer, TcpProxy> nodes = new HashMap<>();
        Map<Integer, TcpProxy> zooKeepers = new HashMap<>();
        for (int node = 1; node <= NODES; node++) {
            Place place = Place.node(node);
            nodes.put(node, proxy(place, cluster.url(node).getPort(), ports.get(node - 1)));
            TcpProxy zooKeeper = new TcpProxy(
                    network, Place.ZOOKEEPER, cluster.zooKeeperPort(), ports.get(NODES + node - 1), port -> place);
            proxies.add(zooKeeper);
            zooKeepers.put(node, zooKeeper);
        }
        return new Wiring() {
            @Override
            public URI advertised(int node, URI real) {
                return URI.create("http://127.0.0.1:" + port(nodes, node));
            }

            @Override
            public int zooKeeperPort(int node, int real) {
                return port(zooKeepers, node);
            }

            @Override
            public void started(int node, long pid) {
                processes.put(
                        pid, Place.node(node)); // before it connects: a connection is looked at once and may be kept
            }
        };
    }

    private TcpProxy proxy(Place target, int targetPort, int port) throws IOException {
        TcpProxy proxy = new TcpProxy(network, target, targetPort, port, callerPort -> callerOf(callerPort, port));
        proxies.add(proxy);
        return proxy;
    }

    private static int port(Map<Integer, TcpProxy> byNode, int node) {
        TcpProxy proxy = byNode.get(node);
        if (proxy == null) {
            throw new IllegalArgumentException("there is no node " + node);
        }
        return proxy.port();
    }

    /** A process that is none of the nodes' is a driver's. */
    private Place callerOf(int callerPort, int proxyPort) {
        try {
            return SocketOwner.of(callerPort, proxyPort, processes.keySet())
                    .map(processes::get)
                    .orElse(Place.CLIENTS);
        } catch (IOException unreadable) {
            throw new IllegalStateException("the kernel does not tell who calls; the rig needs /proc", unreadable);
        }
    }

    public LocalCluster cluster() {
        return cluster;
    }

    public Network network() {
        return network;
    }

    /** The node that says it leads, among those that run and are not paused. */
    public OptionalInt primary() {
        return cluster.primaryAmong(running());
    }

    /** @throws IOException if no node leads in time */
    public int awaitPrimary() throws IOException, InterruptedException {
        Await.until("a node leads", PRIMARY_WITHIN, () -> primary().isPresent());
        return primary().orElseThrow(() -> new IOException("the node that led a moment ago does not any more"));
    }

    /** Nodes that run and are not paused. */
    public List<Integer> running() {
        List<Integer> running = new ArrayList<>();
        for (int node = 1; node <= NODES; node++) {
            if (cluster.node(node).isAlive() && !paused.contains(node)) {
                running.add(node);
            }
        }
        return running;
    }

    public static List<Integer> othersThan(int node) {
        List<Integer> others = new ArrayList<>();
        for (int other = 1; other <= NODES; other++) {
            if (other != node) {
                others.add(other);
            }
        }
        return others;
    }

    /** As {@code kill -9}. */
    public void kill(int node) throws InterruptedException {
        cluster.node(node).kill();
    }

    /** As SIGTERM: the node hands the lease off first. */
    public void stop(int node) throws IOException, InterruptedException {
        cluster.stopNode(node);
    }

    /** Does not wait until it is ready. A node that is armed stays so, whoever starts it again. */
    public void launch(int node) throws IOException {
        cluster.launchNode(node, armed.getOrDefault(node, Map.of()));
    }

    /**
     * A node for a fault that lives in its process: no other such fault has it, which a restart would void.
     *
     * @throws IOException if each has one
     */
    int pickUnarmed(Random random) throws IOException {
        List<Integer> free = IntStream.rangeClosed(1, NODES)
                .filter(node -> !armed.containsKey(node))
                .boxed()
                .toList();
        if (free.isEmpty()) {
            throw new IOException("every node has a fault of its own already");
        }
        return NodeFaults.pick(random, free);
    }

    /** Its running process has a fault that goes with the process. */
    void markArmed(int node) {
        armed.put(node, Map.of());
    }

    /**
     * Kills a node and starts it with this environment; returns when it has its role, or has met its fault and ended.
     *
     * @throws IOException if it neither is ready nor ends in time; it runs without the environment then
     */
    void arm(int node, Map<String, String> environment) throws IOException, InterruptedException {
        armed.put(node, environment);
        kill(node);
        launch(node);
        try {
            awaitReadyOrEnded(cluster.node(node));
        } catch (IOException late) {
            disarm(node);
            throw late;
        }
    }

    private static void awaitReadyOrEnded(NodeProcess process) throws IOException, InterruptedException {
        try {
            var ignored = process.awaitReady(ARMED_WITHIN);
        } catch (IOException notReady) {
            try {
                int ignored = process.awaitExit(ENDED_WITHIN);
            } catch (IOException stillRuns) {
                notReady.addSuppressed(stillRuns);
                throw new IOException("the node was not ready within " + ARMED_WITHIN, notReady);
            }
        }
    }

    /** Kills a node to be rid of its fault, and starts it again. */
    void disarm(int node) throws IOException, InterruptedException {
        armed.remove(node);
        kill(node);
        launch(node);
    }

    /** SIGSTOP: to everybody else, a node that neither answers nor dies. */
    public void pause(int node) throws IOException, InterruptedException {
        paused.add(node);
        signal("STOP", node);
    }

    public void resume(int node) throws IOException, InterruptedException {
        signal("CONT", node);
        paused.remove(node);
    }

    private void signal(String name, int node) throws IOException, InterruptedException {
        run("kill", "-" + name, Long.toString(cluster.node(node).pid()));
    }

    /** No file of a running node can be written beyond so many bytes, until it ends. */
    void limitFiles(int node, int bytes) throws IOException, InterruptedException {
        run("prlimit", "--pid=" + cluster.node(node).pid(), "--fsize=" + bytes + ":");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(command).start().waitFor();
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exit);
        }
    }

    public void stopZooKeeper() throws IOException {
        zooKeeperRuns = false;
        cluster.stopZooKeeper();
    }

    public void startZooKeeper() throws IOException, InterruptedException {
        cluster.startZooKeeper();
        zooKeeperRuns = true;
    }

    /** Everything it has ever known is gone; while it does not run. */
    public void wipeZooKeeper() throws IOException {
        DurableFiles.deleteTree(cluster.zooKeeperDirectory());
    }

    /** Resets all connections, wherever they are in a message. */
    public int cutConnections() {
        return proxies.stream().mapToInt(TcpProxy::cutAll).sum();
    }

    /** Leaves half of every connection open. */
    public int halfCloseConnections() {
        return proxies.stream().mapToInt(TcpProxy::halfCloseAll).sum();
    }

    /** All ways are open, all processes run; returns when all nodes are level under one primary. */
    public void heal() throws IOException, InterruptedException {
        network.heal();
        for (int node : List.copyOf(paused)) {
            resume(node);
        }
        if (!zooKeeperRuns) {
            startZooKeeper();
        }
        armed.clear();
        for (int node = 1; node <= NODES; node++) {
            if (!cluster.node(node).isAlive()) {
                launch(node);
            }
        }
        awaitLevel();
    }

    public void awaitLevel() throws IOException, InterruptedException {
        try {
            Await.until(
                    "all nodes run and are level",
                    HEALED_WITHIN,
                    () -> running().size() == NODES && cluster.isLevel());
        } catch (IOException late) {
            throw new IOException(late.getMessage() + "; " + statusTexts(), late);
        }
    }

    /** What each node says of itself, or said last. */
    private String statusTexts() throws IOException {
        StringBuilder texts = new StringBuilder();
        for (int node = 1; node <= NODES; node++) {
            boolean runs = cluster.node(node).isAlive();
            texts.append("node")
                    .append(node)
                    .append(runs ? ": " : " has ended: ")
                    .append(runs ? cluster.statusText(node) : cluster.node(node).logTail())
                    .append("; ");
        }
        return texts.toString();
    }

    /** The proxies end last: the nodes' goodbyes go through them. */
    @Override
    public void close() throws IOException, InterruptedException {
        network.heal();
        for (int node : List.copyOf(paused)) {
            resume(node);
        }
        try {
            cluster.close();
        } finally {
            for (TcpProxy proxy : proxies) {
                proxy.close();
            }
        }
    }
}
